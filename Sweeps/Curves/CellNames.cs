using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Curves;

/// <summary>The labels of a cell's axes, as tables show them.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The model.</param>
/// <param name="Poison">The poison with its strength; empty where there is none.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Defense">The defense.</param>
public sealed record CellName(string Dataset, string Model, string Poison, string Attack, string Defense);

/// <summary>
/// Names the cells of one plan. Training and evaluation, which have no column, are named with the model and the attack where the plan has
/// several for one data set.
/// </summary>
public sealed class CellNames
{
    readonly CatalogTraits _terms;
    readonly HashSet<Choice> _trainings = [];
    readonly HashSet<Choice> _evaluations = [];
    readonly Dictionary<(string Category, Choice Choice), string> _labels = [];

    /// <summary>Names of these cells, all of one plan.</summary>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public CellNames(IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        _terms = terms;
        var first = new Dictionary<Choice, Cell>();
        foreach (var outcome in cells)
        {
            var cell = outcome.Cell;
            if (first.TryAdd(cell.Dataset, cell)) continue;
            if (!cell.Training.Equals(first[cell.Dataset].Training)) _trainings.Add(cell.Dataset);
            if (!cell.Evaluation.Equals(first[cell.Dataset].Evaluation)) _evaluations.Add(cell.Dataset);
        }
    }

    /// <summary>The name of a cell.</summary>
    /// <param name="cell">The cell.</param>
    public CellName Of(Cell cell) => new(
        Label(Category.Dataset, cell.Dataset),
        Label(Category.Model, cell.Model) + (_trainings.Contains(cell.Dataset) ? Beside(Category.Training, cell.Training) : ""),
        cell.Poison is { } poison ? $"{Label(Category.Attack, poison.Attack)} {Canonical.Number(poison.Strength)}" : "",
        Label(Category.Attack, cell.Attack)
            + (_evaluations.Contains(cell.Dataset) ? Beside(Category.Evaluation, cell.Evaluation) : ""),
        Label(Category.Defense, cell.Defense));

    // The one with no setting of its own goes without saying: its bare name would tell nothing.
    string Beside(string category, Choice choice) => Label(category, choice) is var label && label == choice.Name ? "" : $" {label}";

    string Label(string category, Choice choice)
    {
        if (!_labels.TryGetValue((category, choice), out var label))
            _labels.Add((category, choice), label = _terms.Label(category, choice));
        return label;
    }
}
