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
/// <param name="Data">Of a classification, with the training samples that are trained on and no others, not poisoned.</param>
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
    (double Strength, Poisoned Set)? _poisoned;

    public static Setting Of(Cell cell, Dataset data, ModelStore models, Device device, int rows, Action<string> report, CancellationToken ct)
    {
        var recipe = Catalogue.Create<TrainingRecipe>(cell.Training);
        return new(
            cell,
            data.Classes == 0 ? data : data.First(recipe.Samples),
            Catalogue.Create<Model>(cell.Model),
            recipe,
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

    /// <summary>The training set after all poisoning. The last one made is kept: training, filter and measurement all ask for it.</summary>
    public Poisoned Poisoned(double strength)
    {
        if (_poisoned?.Strength != strength) _poisoned = (strength, this.Poison(strength));
        return _poisoned.Value.Set;
    }
}
