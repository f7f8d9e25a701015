using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Curves;

/// <summary>Two curves at a strength that both have.</summary>
/// <param name="Strength">The strength.</param>
/// <param name="First">The mean accuracy of the first curve over the seeds that both have.</param>
/// <param name="Second">The mean accuracy of the second curve over the seeds that both have.</param>
/// <param name="Difference">The accuracy of the first less that of the second, compared sample by sample.</param>
public sealed record PairedPoint(double Strength, double First, double Second, PairedDifference Difference);

/// <summary>Two curves that were measured on the same samples, compared sample by sample.</summary>
/// <param name="First">The name of the curve that is compared.</param>
/// <param name="Second">The name of the curve that it is compared with.</param>
/// <param name="Points">The points, by rising strength; never empty.</param>
public sealed record PairedCurve(CellName First, CellName Second, IReadOnlyList<PairedPoint> Points)
{
    /// <summary>The comparison of two series; null where they have no strength and seed in common, or were not measured on the same
    /// samples.</summary>
    /// <param name="first">The series that is compared.</param>
    /// <param name="second">The series that it is compared with.</param>
    public static PairedCurve? Of(Series first, Series second)
    {
        var alike = first.Target.Dataset.Equals(second.Target.Dataset) && first.Target.Evaluation.Equals(second.Target.Evaluation);
        if (!alike) return null;
        var points =
            from a in first.Points
            join b in second.Points on a.Strength equals b.Strength
            let seeds = Both(a, b)
            where seeds.Count > 0
            select new PairedPoint(a.Strength, seeds.Average(s => Rate(s.First)), seeds.Average(s =>
                Rate(s.Second)), PairedDifference.Of(seeds));
        return points.ToList() is { Count: > 0 } all ? new(first.Name, second.Name, all) : null;
    }

    /// <summary>Each attack on one defense beside the same attack on another, worst cases last.</summary>
    /// <param name="all">Every series of a sweep, see <see cref="Checks.EvaluationChecks.Series"/>.</param>
    /// <param name="first">The label of the first defense.</param>
    /// <param name="second">The label of the second defense.</param>
    public static IReadOnlyList<PairedCurve> OfDefenses(IReadOnlyList<Series> all, string first, string second) =>
    [
        .. from a in all
           where a.Name.Defense == first
           from b in all
           where b.Name == a.Name with { Defense = second }
           let pair = Of(a, b)
           where pair is not null
           select pair,
    ];

    /// <summary>The curves of one sweep beside those of the same names in another.</summary>
    /// <param name="first">The curves of the first sweep.</param>
    /// <param name="second">The curves of the second sweep.</param>
    public static IReadOnlyList<PairedCurve> OfSweeps(IReadOnlyList<Series> first, IReadOnlyList<Series> second) =>
        [.. first.Join(second, a => a.Name, b => b.Name, Of).OfType<PairedCurve>()];

    static List<(OutcomeBits First, OutcomeBits Second)> Both(SeriesPoint a, SeriesPoint b) =>
    [
        .. from x in a.Cells
           join y in b.Cells on x.Cell.Seed equals y.Cell.Seed
           where x.Result?.Outcomes is { Count: > 0 } && y.Result?.Outcomes?.Count == x.Result.Outcomes.Count
           select (x.Result!.Outcomes!, y.Result!.Outcomes!),
    ];

    static double Rate(OutcomeBits bits) => (double)bits.Ones / bits.Count;
}
