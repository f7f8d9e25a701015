using Grid.Sweeps.Results;

namespace Grid.Sweeps.Statistics;

/// <summary>
/// The mean of a curve of outcomes over strength, by trapezoids: an area as a share of the largest, in [0, 1]. A sample counts with the
/// share of strengths that it withstands, so that its outcomes at all strengths are one observation.
/// </summary>
static class AreaUnderCurve
{
    const double Rounding = 1e-9;

    /// <summary>The area with its interval.</summary>
    /// <param name="seeds">The curves, one for each seed, on the same samples: outcomes by strength, ascending, with the same first and
    /// last strength in all.</param>
    /// <returns>The area with its interval over samples, to which that over seeds is put where there are several. It is unknown for fewer
    /// than two strengths.</returns>
    /// <exception cref="ArgumentException">Curves differ in their samples.</exception>
    public static Estimate Of(IReadOnlyList<IReadOnlyList<(double Strength, OutcomeBits Outcomes)>> seeds, double confidence = 0.95)
    {
        if (seeds.Count == 0 || seeds.Any(points => points.Count < 2)) return Estimate.Unknown;
        var count = seeds[0][0].Outcomes.Count;
        if (count == 0) return Estimate.Unknown;
        if (seeds.Any(points => points.Any(p => p.Outcomes.Count != count)))
            throw new ArgumentException("The curves are of different samples.", nameof(seeds));
        var (means, bySample) = (new List<double>(), new double[count]);
        foreach (var points in seeds)
        {
            var areas = BySample(points, count);
            means.Add(areas.Average());
            for (var i = 0; i < count; i++) bySample[i] += areas[i] / seeds.Count;
        }

        var estimate = Estimate.OverSeeds(means, OfShares(bySample, confidence), confidence);
        return Estimate.Of(estimate.Value, estimate.Interval.Clamp(0, 1));
    }

    static double[] BySample(IReadOnlyList<(double Strength, OutcomeBits Outcomes)> points, int count)
    {
        var (areas, length) = (new double[count], points[^1].Strength - points[0].Strength);
        for (var p = 0; p < points.Count; p++)
        {
            // The trapezoids beside a point: half the way to each neighbour.
            var weight = (points[Math.Min(p + 1, points.Count - 1)].Strength - points[Math.Max(p - 1, 0)].Strength) / 2 / length;
            for (var i = 0; i < count; i++)
                if (points[p].Outcomes[i]) areas[i] += weight;
        }

        return areas;
    }

    /// <summary>The interval of a mean of values in [0, 1]: the score interval with as many samples as give the variance seen (Korn and
    /// Graubard 1998, Survey Methodology 24:193), so that it does not vanish where all values are alike.</summary>
    static Interval OfShares(double[] values, double confidence)
    {
        var n = values.Length;
        var mean = Math.Clamp(values.Average(), 0, 1);
        // Values that are all alike differ from their mean by rounding, which is no variance.
        var variance = n < 2 || values.Max() - values.Min() < Rounding ? 0 : values.Sum(v => (v - mean) * (v - mean)) / (n - 1);
        var effective = variance > 0 ? Math.Max(n, n * mean * (1 - mean) / variance) : n;
        return Intervals.Wilson(mean * effective, effective, confidence);
    }
}
