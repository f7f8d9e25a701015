using Grid.Presentation;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Web.Sources;

namespace Grid.Web.Findings;

/// <summary>The cells whose images show most: for each of a few attacks on the model without a defense, a cell in which it breaks about
/// half of the samples; and one cell of a defense that changes what the network sees.</summary>
public static class StripCells
{
    const int Most = 4;

    /// <summary>The bytes that all strips of a report may take, out of its two megabytes.</summary>
    const int Room = 300_000;

    /// <summary>How long making the images of one cell may take, judged by the time that the cell took.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(0.5);

    public static IReadOnlyList<CellOutcome> Of(SweepReport report)
    {
        var done =
            from outcome in report.Outcomes
            where outcome is { Status: CellStatus.Done, Cell.Strength: > 0 } && report.Terms.Grid(outcome.Cell.Defense) is null
                && outcome.Result!.Measurements.Keys.Intersect([Metric.RobustAccuracy, Metric.AttackSuccessRate, Metric.TestAccuracy]).Any()
                && !report.Terms.IsControl(outcome.Cell.Attack) && Takes(outcome.Result!) <= Longest
            select outcome;
        var cells = done.ToList();
        var undefended = cells.GroupBy(o => (o.Cell.Dataset, o.Cell.Attack.Name)).Take(Most).Select(attack => Best(attack));
        // What a defense makes of its input is seen with one that has any say in it.
        var filtered = cells.Where(o => o.Cell.Poison is null && report.Terms.Wraps(o.Cell.Defense)
            && report.Terms.Threat(o.Cell.Attack) is not null).GroupBy(o => o.Cell.Defense.Name).Take(1).Select(defense => Best(defense));
        return [.. undefended.Concat(filtered).DistinctBy(o => o.Id)];
    }

    static CellOutcome Best(IEnumerable<CellOutcome> cells) => cells.OrderBy(o => o.Cell.Defense.Name == "none" ? 0 : 1)
        .ThenBy(o => Math.Abs((o.Measured(Metric.AttackSuccessRate)?.Value ?? 1) - 0.5)).ThenBy(o => o.Cell.Seed).First();

    /// <summary>Shortens strips to as many samples as there is room for, and leaves out strips whose images are too large.</summary>
    public static IReadOnlyList<CellStrip> Fit(IReadOnlyList<CellStrip> strips) =>
    [
        .. from strip in strips
           let images = strip.Images
           // Three or four pictures, hardly packed, in base 64.
           let pictures = images.Images.Any(i => i.Filtered is not null) ? 4 : 3
           let count = Room / strips.Count / ((pictures + 1) * images.Channels * images.Height * images.Width)
           where count > 0 && images.Images.Count > 0
           select strip with { Images = images with { Images = [.. images.Images.Take(count)] } },
    ];

    static TimeSpan Takes(CellResult result)
    {
        var samples = result.Measurements.Values.Select(m => m.Count).DefaultIfEmpty(1).Max();
        return TimeSpan.FromSeconds(result.Seconds * CellStrip.Samples / Math.Max(CellStrip.Samples, samples));
    }
}
