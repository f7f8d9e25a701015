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
        // One seed, or the same cells: most points, and the checks of a large sweep ask for millions.
        if (ReferenceEquals(a, b) || (a.Cells is [var mine] && b.Cells is [var theirs] && mine.Cell.Seed == theirs.Cell.Seed))
        {
            for (var i = 0; i < a.Cells.Count; i++)
                if (Of(a.Cells[i], metricA) is { } x && Of(b.Cells[i], metricB) is { } y)
                    sum = sum is { } s ? (s.A + x, s.B + y) : (x, y);
            return sum;
        }

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

    /// <summary>
    /// The counts of each point that has any, where all of those have the same seeds: any two of them are then what
    /// <see cref="OfBoth"/> gives. Null where seeds differ.
    /// </summary>
    public static IReadOnlyList<(SeriesPoint Point, Counts Counts)>? OfAll(IReadOnlyList<SeriesPoint> points, string metric)
    {
        var (all, seeds) = (new List<(SeriesPoint, Counts)>(points.Count), default(List<int>));
        foreach (var point in points)
        {
            var (own, sum) = (new List<int>(point.Cells.Count), default(Counts));
            foreach (var cell in point.Cells)
            {
                if (Of(cell, metric) is not { } counts) continue;
                own.Add(cell.Cell.Seed);
                sum += counts;
            }

            if (own.Count == 0) continue;
            seeds ??= own.Distinct().ToList();
            if (!own.SequenceEqual(seeds)) return null;
            all.Add((point, sum));
        }

        return all;
    }

    /// <summary>.410</summary>
    public static string Text(double rate) => rate.ToString("#.000", CultureInfo.InvariantCulture);

    public override string ToString() => Text(Rate);
}
