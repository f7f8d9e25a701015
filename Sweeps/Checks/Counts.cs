using System.Globalization;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
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

    /// <summary>The counts of two points over the seeds that both have, so that a model that is missing on one side moves neither, and over
    /// the samples that both have; null if they share no seed.</summary>
    public static (Counts A, Counts B)? OfBoth(SeriesPoint a, string metricA, SeriesPoint b, string metricB)
    {
        (Counts A, Counts B)? sum = null;
        // One seed, or the same cells: most points, and the checks of a large sweep ask for millions.
        if (ReferenceEquals(a, b) || (a.Cells is [var mine] && b.Cells is [var theirs] && mine.Cell.Seed == theirs.Cell.Seed))
        {
            for (var i = 0; i < a.Cells.Count; i++) Add(a.Cells[i], b.Cells[i]);
            return sum;
        }

        var others = new Dictionary<int, CellOutcome>();
        foreach (var cell in b.Cells) others.TryAdd(cell.Cell.Seed, cell);
        foreach (var cell in a.Cells)
            if (others.TryGetValue(cell.Cell.Seed, out var other)) Add(cell, other);
        return sum;

        void Add(CellOutcome one, CellOutcome other)
        {
            if (Of(one, metricA) is not { } x || Of(other, metricB) is not { } y) return;
            // A rule may add samples at some strengths alone. The first samples may be easier than the rest, so they alone are compared.
            if (x.Count != y.Count && metricA == Metric.RobustAccuracy && metricB == Metric.RobustAccuracy)
                (x, y) = (x.First(y.Count, one), y.First(x.Count, other));
            sum = sum is { } s ? (s.A + x, s.B + y) : (x, y);
        }
    }

    /// <summary>The counts over the first samples, if there are more and their outcomes are known.</summary>
    Counts First(long samples, CellOutcome cell) => samples < Count && cell.Result?.Outcomes is { } outcomes && outcomes.Count == Count
        ? new(outcomes.First((int)samples).Ones, samples) : this;

    /// <summary>
    /// The counts of each point that has any, where all of those have the same seeds, each with the same number of samples: any two of them
    /// are then what <see cref="OfBoth"/> gives. Null where they differ.
    /// </summary>
    public static IReadOnlyList<(SeriesPoint Point, Counts Counts)>? OfAll(IReadOnlyList<SeriesPoint> points, string metric)
    {
        var (all, seeds) = (new List<(SeriesPoint, Counts)>(points.Count), default(List<(int Seed, long Samples)>));
        foreach (var point in points)
        {
            var (own, sum) = (new List<(int Seed, long Samples)>(point.Cells.Count), default(Counts));
            foreach (var cell in point.Cells)
            {
                if (Of(cell, metric) is not { } counts) continue;
                own.Add((cell.Cell.Seed, counts.Count));
                sum += counts;
            }

            if (own.Count == 0) continue;
            seeds ??= own.DistinctBy(o => o.Seed).ToList();
            if (!own.SequenceEqual(seeds)) return null;
            all.Add((point, sum));
        }

        return all;
    }

    /// <summary>A rate as text, such as <c>.410</c>.</summary>
    public static string Text(double rate) => rate.ToString("#.000", CultureInfo.InvariantCulture);

    public override string ToString() => Text(Rate);
}
