using System.Globalization;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Checks;

/// <summary>How many of how many samples were right, over seeds.</summary>
readonly record struct Counts(long Right, long Count)
{
    public double Rate => (double)Right / Count;

    public static Counts operator +(Counts a, Counts b) => new(a.Right + b.Right, a.Count + b.Count);

    /// <summary>By how much the rate exceeds another, as a share of 1, and how much of that chance explains: two standard errors.</summary>
    public (double Rise, double Chance) Above(Counts other) =>
        (Rate - other.Rate, 2 * Intervals.DifferenceError(Right, Count, other.Right, other.Count));

    public static Counts? Of(CellOutcome cell, string metric) => cell.Measured(metric) is { Count: > 0 } m
        ? new(m.Successes ?? (long)Math.Round(m.Value * m.Count), m.Count) : null;

    /// <summary>The counts of two points over the seeds that both have, so that a model that is missing on one side moves neither; null if
    /// they share no seed.</summary>
    public static (Counts A, Counts B)? OfBoth(SeriesPoint a, string metricA, SeriesPoint b, string metricB)
    {
        (Counts A, Counts B)? sum = null;
        var others = new Dictionary<int, CellOutcome>();
        foreach (var cell in b.Cells) others.TryAdd(cell.Cell.Seed, cell);
        foreach (var cell in a.Cells)
        {
            if (!others.TryGetValue(cell.Cell.Seed, out var other)) continue;
            if (Of(cell, metricA) is not { } x || Of(other, metricB) is not { } y) continue;
            sum = sum is { } s ? (s.A + x, s.B + y) : (x, y);
        }
        return sum;
    }

    /// <summary>.410</summary>
    public static string Text(double rate) => rate.ToString("#.000", CultureInfo.InvariantCulture);

    public override string ToString() => Text(Rate);
}
