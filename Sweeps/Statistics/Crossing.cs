namespace Grid.Sweeps.Statistics;

/// <summary>One point of a falling curve of rates.</summary>
/// <param name="Strength">The strength, 0 or more, ascending within a curve.</param>
readonly record struct RatePoint(double Strength, long Successes, long Count)
{
    /// <summary>The share of successes; NaN where nothing was counted.</summary>
    public double Rate => (double)Successes / Count;
}

/// <summary>
/// The strength at which a falling curve reaches a level, such as epsilon at half. Between strengths the curve and its bounds are taken for
/// straight.
/// </summary>
static class Crossing
{
    /// <summary>The crossing of one curve. Strengths whose exact interval holds the level cannot be told from the crossing: the interval
    /// goes from where the lower bounds of the curve first reach the level to where the upper bounds stay below it.</summary>
    /// <param name="points">The points by strength, ascending; at least two.</param>
    /// <param name="level">The level that is looked for, in (0, 1).</param>
    /// <returns>The crossing with its interval. Value and High are infinite where the curve does not reach the level, or not for certain.
    /// Without points it is unknown.</returns>
    public static Estimate Of(IReadOnlyList<RatePoint> points, double level, double confidence = 0.95)
    {
        if (points.Count < 2 || points.Any(p => p.Count == 0)) return Estimate.Unknown;
        var bounds = points.Select(p => Intervals.ClopperPearson(p.Successes, p.Count, confidence)).ToList();
        var strengths = points.Select(p => p.Strength).ToList();
        return new(
            First(strengths, [.. points.Select(p => p.Rate)], level),
            Math.Min(First(strengths, [.. bounds.Select(b => b.Low)], level), strengths[^1]),
            Last(strengths, [.. bounds.Select(b => b.High)], level));
    }

    /// <summary>
    /// The mean crossing of curves that share their samples, one a seed. Where a seed's curve does not reach the level, neither does the
    /// mean: its low end then counts that seed with its largest strength, and there is no high end.
    /// </summary>
    public static Estimate OfSeeds(IReadOnlyList<IReadOnlyList<RatePoint>> seeds, double level, double confidence = 0.95)
    {
        var each = seeds.Select(points => Of(points, level, confidence)).ToList();
        if (each.Count == 0 || each.Any(e => double.IsNaN(e.Value))) return Estimate.Unknown;
        var values = each.Select((e, s) => Math.Min(e.Value, seeds[s][^1].Strength)).ToList();
        var mean = values.Average();
        // As wide as the seeds' are in the mean: their samples are the same.
        var below = each.Zip(values, (e, v) => v - Math.Min(v, e.Low)).Average();
        var above = each.Zip(values, (e, v) => Math.Max(v, e.High) - v).Average();
        var (_, low, high) = Estimate.OverSeeds(values, new(mean - below, mean + above), confidence);
        return each.All(e => double.IsFinite(e.Value))
            ? new(mean, Math.Max(0, low), high)
            : new(double.PositiveInfinity, Math.Max(0, low), double.PositiveInfinity);
    }

    /// <summary>The strength at which values are first at a level or below.</summary>
    static double First(List<double> x, List<double> y, double level)
    {
        var i = y.FindIndex(value => value <= level);
        return i < 0 ? double.PositiveInfinity : i == 0 ? x[0] : Between(x, y, i, level);
    }

    /// <summary>The strength at which values are last at a level or above.</summary>
    static double Last(List<double> x, List<double> y, double level)
    {
        var i = y.FindLastIndex(value => value >= level);
        return i < 0 ? x[0] : i == x.Count - 1 ? double.PositiveInfinity : Between(x, y, i + 1, level);
    }

    static double Between(List<double> x, List<double> y, int right, double level)
    {
        var (left, drop) = (right - 1, y[right - 1] - y[right]);
        return drop == 0 ? x[right] : x[left] + (x[right] - x[left]) * (y[left] - level) / drop;
    }
}
