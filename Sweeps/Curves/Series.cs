using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Curves;

/// <summary>One defended model on one data set. Attacks on the same target are compared.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The model.</param>
/// <param name="Training">The recipe of training.</param>
/// <param name="Poison">The poison; null without one.</param>
/// <param name="Defense">The defense.</param>
/// <param name="Evaluation">The settings of the evaluation.</param>
public sealed record Target(Choice Dataset, Choice Model, Choice Training, Poison? Poison, Choice Defense, Choice Evaluation)
{
    /// <summary>The target that a cell attacks.</summary>
    /// <param name="cell">The cell.</param>
    public static Target Of(Cell cell) => new(cell.Dataset, cell.Model, cell.Training, cell.Poison, cell.Defense, cell.Evaluation);
}

/// <summary>The cells of a series at one strength, one a seed.</summary>
/// <param name="Strength">The strength.</param>
/// <param name="Cells">The cells of that strength, one a seed.</param>
public sealed record SeriesPoint(double Strength, IReadOnlyList<CellOutcome> Cells);

/// <summary>All cells of one attack on one target.</summary>
/// <param name="Name">The name of the series.</param>
/// <param name="Target">The defended model that is attacked.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Threat">What the strength bounds, see <see cref="CatalogTraits.Threat"/>; null unless the attack is evasion.</param>
/// <param name="IsControl">Whether the attack is a control, which attacks are compared with.</param>
/// <param name="Points">The points, by rising strength.</param>
/// <param name="Axis">What the strengths count; null where the catalogue does not say.</param>
public sealed record Series(CellName Name, Target Target, Choice Attack, string? Threat, bool IsControl, IReadOnlyList<SeriesPoint> Points,
    CurveAxis? Axis = null)
{
    /// <summary>The series of a plan, in order of first appearance.</summary>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static IReadOnlyList<Series> Of(IReadOnlyList<CellOutcome> cells, CatalogTraits terms)
    {
        var names = new CellNames(cells, terms);
        return
        [
            .. cells.GroupBy(c => (Target: Target.Of(c.Cell), c.Cell.Attack))
                .Select(g => new Series(
                    names.Of(g.First().Cell), g.Key.Target, g.Key.Attack, terms.Threat(g.Key.Attack),
                    terms.IsControl(g.Key.Attack), PointsOf(g),
                    terms.Axis(g.Key.Attack))),
        ];
    }

    /// <summary>Cells that are still to be run.</summary>
    public int Open => Points.Sum(p => p.Cells.Count(c => c.IsOpen));

    internal static IReadOnlyList<SeriesPoint> PointsOf(IEnumerable<CellOutcome> cells) =>
        [.. cells.GroupBy(c => c.Cell.Strength).OrderBy(g => g.Key).Select(g => new SeriesPoint(g.Key, [.. g.OrderBy(c => c.Cell.Seed)]))];
}
