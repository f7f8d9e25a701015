using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Curves;

/// <summary>The axes of a cell as tables name them.</summary>
/// <param name="Poison">With its strength; empty where there is none.</param>
public sealed record CellName(string Dataset, string Model, string Poison, string Attack, string Defense);

/// <summary>
/// Names the cells of one plan. Training and evaluation, which have no column, are named with the model and the attack where the plan has
/// several.
/// </summary>
public sealed class CellNames
{
    readonly Terms _terms;
    readonly bool _trainings;
    readonly bool _evaluations;
    readonly Dictionary<(string Category, Choice Choice), string> _labels = [];

    public CellNames(IReadOnlyList<CellOutcome> cells, Terms terms)
    {
        _terms = terms;
        foreach (var cell in cells)
        {
            _trainings |= !cell.Cell.Training.Equals(cells[0].Cell.Training);
            _evaluations |= !cell.Cell.Evaluation.Equals(cells[0].Cell.Evaluation);
        }
    }

    public CellName Of(Cell cell) => new(
        Label(Category.Dataset, cell.Dataset),
        Label(Category.Model, cell.Model) + (_trainings ? " " + Label(Category.Training, cell.Training) : ""),
        cell.Poison is { } poison ? $"{Label(Category.Attack, poison.Attack)} {Canonical.Number(poison.Strength)}" : "",
        Label(Category.Attack, cell.Attack) + (_evaluations ? " " + Label(Category.Evaluation, cell.Evaluation) : ""),
        Label(Category.Defense, cell.Defense));

    string Label(string category, Choice choice)
    {
        if (!_labels.TryGetValue((category, choice), out var label)) _labels.Add((category, choice), label = _terms.Label(category, choice));
        return label;
    }
}
