using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Experiments.Context;

/// <summary>A group of cells brought to life: its choices as objects, its data, and the device it runs on.</summary>
sealed record ExperimentContext(
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
    (double Strength, Poisoned Set)? _poisoned;

    /// <summary>The data with the training samples that the recipe takes and no others, not poisoned.</summary>
    public Dataset Training { get; } = Data.Classes == 0 ? Data : Data.First(Recipe.Samples);

    public static ExperimentContext Of(Cell cell, Dataset data, ModelStore models, Device device, int rows, Action<string> report, CancellationToken ct) => new(
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

    /// <summary>The training set after all poisoning. The last one made is kept: training, filter and measurement all ask for it.</summary>
    public Poisoned Poisoned(double strength)
    {
        if (_poisoned?.Strength != strength) _poisoned = (strength, this.Poison(strength));
        return _poisoned.Value.Set;
    }
}
