using Grid.Lab.Experiments.Context;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>How well a filter of the training set told poison from the rest.</summary>
static class Removal
{
    /// <summary>Share of the removed samples that were poisoned (precision) and of the poisoned that were removed (recall); empty without a filter.</summary>
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
