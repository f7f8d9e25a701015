using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Curves;

/// <summary>One attack on one defended model in a few numbers, each with its 95 % interval over seeds and samples.</summary>
/// <param name="Name">The name of the curve.</param>
/// <param name="Level">The robust accuracy that is looked for, in (0, 1).</param>
/// <param name="EpsilonAtHalf">The mean over seeds of the strength at which accuracy has fallen to <paramref name="Level"/>; infinite where
/// it does not.</param>
/// <param name="Area">The mean accuracy over the strengths measured, from 0 to <paramref name="To"/>, which all seeds share.</param>
/// <param name="To">The largest strength that all seeds have.</param>
/// <param name="Seeds">The number of seeds with two strengths or more done.</param>
public sealed record CurveSummary(CellName Name, double Level, Estimate EpsilonAtHalf, Estimate Area, double To, int Seeds)
{
    /// <summary>The level where no other is asked for.</summary>
    public const double Half = 0.5;

    /// <summary>How many cells are still to be run; until they are, the numbers are provisional.</summary>
    public int Open { get; init; }

    /// <summary>Summarises every series with outcomes, in the order of the plan; a seed need not have the strengths of another.</summary>
    /// <param name="cells">The cells with their results.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    /// <param name="level">The robust accuracy that is looked for, in (0, 1).</param>
    public static IReadOnlyList<CurveSummary> Of(IReadOnlyList<CellOutcome> cells, CatalogTraits terms, double level = Half) =>
        [.. Series.Of(cells, terms).Where(s => !s.IsControl).Select(s => Of(s, level)).OfType<CurveSummary>()];

    /// <summary>A summary of one series; null where no seed has two strengths with outcomes.</summary>
    /// <param name="series">The series.</param>
    /// <param name="level">The robust accuracy that is looked for, in (0, 1).</param>
    public static CurveSummary? Of(Series series, double level = Half)
    {
        var measured = series.Points.SelectMany(p => p.Cells)
            .Where(c => c.Status == CellStatus.Done && c.Result!.Outcomes is { Count: > 0 });
        var seeds = measured.GroupBy(c => c.Cell.Seed, c => (c.Cell.Strength, Outcomes: c.Result!.Outcomes!))
            .Select(g => g.ToList()).Where(points => points.Count > 1).ToList();
        if (seeds.Count == 0) return null;
        var to = seeds.Min(points => points[^1].Strength);
        var rates = seeds.ConvertAll(points => points.ConvertAll(p => new RatePoint(p.Strength, p.Outcomes.Ones, p.Outcomes.Count)));
        var area = AreaUnderCurve.Of([.. seeds.Select(points => points.FindAll(p => p.Strength <= to))]);
        return new(series.Name, level, Crossing.OfSeeds(rates, level), area, to, seeds.Count) { Open = series.Open };
    }
}
