using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments;

/// <summary>A group of cells brought to life: its choices as objects, its data, and the device it runs on.</summary>
sealed record Setting(
    Cell Cell,
    Dataset Data,
    Model Model,
    TrainingRecipe Recipe,
    Attack Attack,
    Defense Defense,
    Evaluation Evaluation,
    ulong Seed,
    ModelStore Models,
    Device Device,
    int Rows,
    Action<string> Report,
    CancellationToken Cancellation)
{
    public static Setting Of(Cell cell, Dataset data, ModelStore models, Device device, int rows, Action<string> report, CancellationToken ct) => new(
        cell,
        data,
        Catalogue.Create<Model>(cell.Model),
        Catalogue.Create<TrainingRecipe>(cell.Training),
        Catalogue.Create<Attack>(cell.Attack),
        Catalogue.Create<Defense>(cell.Defense),
        Catalogue.Create<Evaluation>(cell.Evaluation),
        (ulong)cell.Seed,
        models,
        device,
        rows,
        report,
        ct);
}
