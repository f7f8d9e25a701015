using Grid.Lab.Attacks;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Models;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>Finds out whether a classifier takes gradients of its network in order to answer, so that it adapts to each image. AutoAttack
/// calls this a dynamic defense.</summary>
static class AnswerGradients
{
    /// <summary>The measurement for each of the peers.</summary>
    /// <param name="networks">The networks without their defense.</param>
    public static (string, Measurement)[] Of(ReplicaBatch peers, Classifier networks)
    {
        var setting = peers.First;
        if (!setting.Defense.ChangesClassifier) return [];
        using var scope = setting.Device.Scope();
        var samples = peers.InBatches().First()();
        // The first of each network.
        var own = samples.Count / peers.Count;
        var meter = new Meter(networks);
        setting.Defense.Wrap(meter, setting.Seed).Predict(samples.Take([.. Enumerable.Range(0, peers.Count).Select(p => p * own)]).Images);
        return meter.Gradients == 0 ? [] : [(Metric.AnswerGradients, new((double)meter.Gradients / peers.Count, 1))];
    }
}
