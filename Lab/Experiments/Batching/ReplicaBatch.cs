using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Experiments.Batching;

/// <summary>
/// Settings whose networks are trained, each in its own way, and then face the same, measured as one; often there is only one. A batch has
/// the same samples for each of them, in blocks of rows one after the other.
/// </summary>
sealed record ReplicaBatch(IReadOnlyList<ExperimentContext> Settings)
{
    // Rows of each in a batch, which has else as many as one of a single setting: fewer would not fill a product.
    const int Fewest = 32;

    /// <summary>The first setting, which speaks for all.</summary>
    public ExperimentContext First => Settings[0];

    public int Count => Settings.Count;

    /// <summary>The names of the defenses.</summary>
    public string Defenses => string.Join(", ", Settings.Select(s => s.Cell.Defense.Name).Distinct());

    public int Samples => First.Evaluation.Samples == 0 ? First.Data.Test.Count : Math.Min(First.Evaluation.Samples, First.Data.Test.Count);

    /// <summary>The networks of all settings, undefended, as one classifier; the caller disposes it.</summary>
    public Classifier Networks()
    {
        var setting = First;
        if (Count == 1) return setting.Train(strength: 0);
        return new Replicas(setting.Model, setting.Data.Shape, setting.Data.Classes, setting.Device, [.. Settings.Select(s => Values(s))]);

        static float[][] Values(ExperimentContext setting)
        {
            using var network = setting.Train(strength: 0);
            return Array.ConvertAll(network.Parameters, p => p.ToArray());
        }
    }

    public EvasionRun Run(EvasionAttack attack, Classifier target, Batch batch, IReadOnlyList<double> strengths) =>
        attack.Run(target, batch, strengths, [.. Settings.Select(s => s.Seed)], First.Cancellation);

    /// <summary>The evaluation samples in batches, each of which is to be taken inside the caller's scope.</summary>
    public IEnumerable<Func<Batch>> InBatches() => InBatches(Samples);

    /// <summary>The first so many test samples.</summary>
    public IEnumerable<Func<Batch>> InBatches(int samples) => InBatches(0, samples);

    /// <summary>Those from one on, and before another.</summary>
    public IEnumerable<Func<Batch>> InBatches(int from, int to)
    {
        var batches = new Batches(First.Data.Test, First.Data.Shape, First.Device);
        var rows = Math.Min(First.Rows, Math.Max(Fewest, First.Rows / Count));
        foreach (var indices in Enumerable.Range(from, Math.Max(0, to - from)).Chunk(rows))
        {
            First.Cancellation.ThrowIfCancellationRequested();
            yield return () => Repeated(batches.Take(indices));
        }
    }

    /// <summary>The number of the setting that a row of a batch belongs to.</summary>
    public int Owner(int row, Batch batch) => row / (batch.Count / Count);

    Batch Repeated(Batch batch)
    {
        if (Count == 1) return batch;
        var device = First.Device;
        return new(
            device.Concat([.. Enumerable.Repeat(batch.Images, Count)]), device.Concat([.. Enumerable.Repeat(batch.Labels, Count)]),
            Enumerable.Repeat(batch.Samples.ToArray(), Count).SelectMany(s => s).ToArray());
    }
}
