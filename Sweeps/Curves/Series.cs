using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Curves;

/// <summary>One defended model on one data set: what attacks are compared on.</summary>
public sealed record Target(Choice Dataset, Choice Model, Choice Training, Poison? Poison, Choice Defense, Choice Evaluation)
{
    /// <summary>What a cell attacks.</summary>
    public static Target Of(Cell cell) => new(cell.Dataset, cell.Model, cell.Training, cell.Poison, cell.Defense, cell.Evaluation);
}

/// <summary>The cells of a series at one strength, one a seed.</summary>
public sealed record SeriesPoint(double Strength, IReadOnlyList<CellOutcome> Cells);

/// <summary>All cells of one attack on one target.</summary>
/// <param name="Threat">See <see cref="CatalogTraits"/>; null unless the attack is evasion.</param>
/// <param name="IsControl">Whether it is no attack but what attacks are compared with.</param>
/// <param name="Points">By strength, ascending.</param>
/// <param name="Axis">What the strengths count; null where the catalogue does not say.</param>
public sealed record Series(CellName Name, Target Target, Choice Attack, string? Threat, bool IsControl, IReadOnlyList<SeriesPoint> Points,
    CurveAxis? Axis = null)
{
    /// <summary>The series of a plan, in order of first appearance.</summary>
    public static IReadOnlyList<Series> Of(IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var names = new CellNames(cells, terms);
        return
        [
            .. cells.GroupBy(c => (Target: Target.Of(c.Cell), c.Cell.Attack))
                .Select(g => new Series(
                    names.Of(g.First().Cell), g.Key.Target, g.Key.Attack, terms.Threat(g.Key.Attack), terms.IsControl(g.Key.Attack), PointsOf(g),
                    terms.Axis(g.Key.Attack))),
        ];
    }

    internal static IReadOnlyList<SeriesPoint> PointsOf(IEnumerable<CellOutcome> cells) =>
        [.. cells.GroupBy(c => c.Cell.Strength).OrderBy(g => g.Key).Select(g => new SeriesPoint(g.Key, [.. g.OrderBy(c => c.Cell.Seed)]))];
}
