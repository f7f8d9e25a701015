using Grid.Lab.Attacks;
using Grid.Lab.Experiments.Context;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>How much of the training set is poison, and how well a filter told it from the rest.</summary>
static class RemovalMeasures
{
    /// <summary>The number of poisoned samples; empty where nothing poisons.</summary>
    public static IEnumerable<(string, Measurement)> Poisoned(ExperimentContext setting, double strength)
    {
        if (setting.Cell.Poison is null && setting.Attack is not PoisoningAttack) yield break;
        var poisoned = setting.Poisoned(strength);
        yield return (Metric.Poisoned, new(poisoned.Indices.Count, poisoned.Samples.Count));
        if (poisoned.Covers.Count > 0) yield return (Metric.Covers, new(poisoned.Covers.Count, poisoned.Samples.Count));
    }

    /// <summary>The share of the removed samples that were poisoned (precision), and of the poisoned samples that were removed (recall);
    /// empty without a filter.</summary>
    public static IEnumerable<(string, Measurement)> Of(ExperimentContext setting, double strength)
    {
        if (setting.Kept(strength) is not { } kept) yield break;
        var poisoned = setting.Poisoned(strength);
        var keptPoison = kept.Intersect(poisoned.Indices).Count();
        var removed = poisoned.Samples.Count - kept.Count;
        yield return (Metric.Removed, new(removed, poisoned.Samples.Count));
        yield return (Metric.RemovalPrecision, Measurement.Rate(poisoned.Indices.Count - keptPoison, removed));
        yield return (Metric.RemovalRecall, Measurement.Rate(poisoned.Indices.Count - keptPoison, poisoned.Indices.Count));
    }
}
