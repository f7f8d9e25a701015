using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Documents;

/// <summary>The security evaluation curves of a sweep, and its FRIENDS grid, which is empty where it has none.</summary>
public sealed record CurvesDocument(string Sweep, IReadOnlyList<CurveDocument> Curves, IReadOnlyList<FriendsRow> Friends)
{
    public static CurvesDocument Of(string sweep, IEnumerable<SecurityCurve> curves, IReadOnlyList<FriendsRow> friends) =>
        new(sweep, [.. curves.Select(CurveDocument.Of)], friends);
}

/// <summary>The FRIENDS grid of a sweep alone; empty where it has none.</summary>
public sealed record FriendsDocument(string Sweep, IReadOnlyList<FriendsRow> Friends);

/// <summary>One metric against strength for one attack on one defended model.</summary>
/// <param name="Poison">The poison with its strength; empty where there is none.</param>
/// <param name="Axis">Title of the axis of strengths, with the unit.</param>
/// <param name="Check">The worst verdict of the checks that apply; empty where none does.</param>
/// <param name="Open">Number of cells that are still to be run; until then the curve is provisional.</param>
public sealed record CurveDocument(
    string Dataset,
    string Model,
    string Poison,
    string Attack,
    string Defense,
    string Metric,
    string Axis,
    string Check,
    IReadOnlyList<PointDocument> Points,
    int Open)
{
    /// <summary>Makes the document of a curve of the coordinator or the journal.</summary>
    public static CurveDocument Of(SecurityCurve c) => new(
        c.Dataset, c.Model, c.Poison, c.Attack, c.Defense, c.Metric, AxisTitle.Of(c.Axis), CurveVerdict.Text(c.Verdict),
        [.. c.Points.Select(p => new PointDocument(p.Strength, p.Count, p.Mean, p.Low, p.High, p.Seeds, p.Total))], c.Open);
}

/// <summary>Mean over seeds, with its 95 % interval.</summary>
/// <param name="N">Number of samples behind one seed's value.</param>
/// <param name="Total">Number of seeds in the plan, of which Seeds are done.</param>
public sealed record PointDocument(double Strength, long N, double Mean, double Low, double High, int Seeds, int Total);
