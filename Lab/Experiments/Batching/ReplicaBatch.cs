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
    // Fewer rows would not fill a product.
    const int Fewest = 32;

    /// <summary>The first setting, which speaks for all.</summary>
    public ExperimentContext First => Settings[0];

    public int Count => Settings.Count;

    /// <summary>The names of the defenses.</summary>
    public string Defenses => string.Join(", ", Settings.Select(s => s.Cell.Defense.Name).Distinct());

    public int Samples => First.Evaluation.Samples == 0 ? First.Data.Test.Count : Math.Min(First.Evaluation.Samples, First.Data.Test.Count);

    /// <summary>The networks of all settings, undefended, as one classifier; the caller disposes it.</summary>
    public Classifier Networks() => AsOne(First.Model, setting => setting.Train(strength: 0));

    /// <summary>Networks of the attackers' own, of a model that their attack names, as one classifier; the caller disposes it.</summary>
    public Classifier Sources(Model model) => AsOne(model, setting => setting.Source(model));

    Classifier AsOne(Model model, Func<ExperimentContext, Network> one)
    {
        if (Count == 1) return one(First);
        return new Replicas(model, First.Data.Shape, First.Data.Classes, First.Device, [.. Settings.Select(Values)]);

        float[][] Values(ExperimentContext setting)
        {
            using var network = one(setting);
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
        foreach (var indices in Enumerable.Range(from, Math.Max(0, to - from)).Chunk(RowsOf(First.Rows, Count)))
        {
            First.Cancellation.ThrowIfCancellationRequested();
            yield return () => Repeated(batches.Take(indices));
        }
    }

    /// <summary>The rows of each network in a batch, which has in all as many as that of a single one.</summary>
    public static int RowsOf(int single, int networks) => Math.Min(single, Math.Max(Fewest, single / networks));

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
