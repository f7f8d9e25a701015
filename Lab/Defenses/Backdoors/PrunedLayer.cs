using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Graph;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>The last convolution of a network, or its last hidden dense layer, some of whose channels are zero and stay so in
/// training.</summary>
sealed class PrunedLayer : ITrainingLoss
{
    const int Block = 250;

    readonly Network _network;
    readonly (int Parameter, float[] Values, float[] Mask)[] _parts;

    public PrunedLayer(Network network)
    {
        var specs = network.Specs;
        var dense = Enumerable.Range(0, specs.Count).Where(i => specs[i].Shape.Rank == 2).SkipLast(1);
        var weight =
            Enumerable.Range(0, specs.Count).Where(i => specs[i].Shape.Rank == 4).DefaultIfEmpty(dense.DefaultIfEmpty(-1).Last()).Last();
        Weight = weight < 0 ? null : specs[weight];
        _network = network;
        // A bias follows its weight.
        int[] own = weight < 0
            ? []
            : weight + 1 < specs.Count && specs[weight + 1].IsBias && specs[weight + 1].Shape[0] == Channels
                ? [weight, weight + 1]
                : [weight];
        _parts = [.. own.Select(i => (i, network.Parameters[i].ToArray(), Enumerable.Repeat(1f, specs[i].Shape.Count).ToArray()))];
    }

    /// <summary>The weight of the layer; null where there is no hidden layer.</summary>
    ParameterSpec? Weight { get; }

    int Channels => Weight?.Shape[0] ?? 0;

    /// <summary>The channels in the order of their mean activation, the smallest first.</summary>
    public int[] Idlest(Samples samples, TrainingRun run)
    {
        if (Weight is null || _network.Model is not GraphModel graph) return [];
        var (batches, sums) = (new Batches(samples, run.Data.Shape, run.Device), new double[Channels]);
        foreach (var block in Enumerable.Range(0, samples.Count).Chunk(Block))
        {
            run.Cancellation.ThrowIfCancellationRequested();
            using var scope = run.Device.Scope();
            var images = Tape.Constant(batches.Take(block).Images);
            var values = graph.Behind(Weight.Name, new(run.Device), images, [.. _network.Parameters.Select(Tape.Constant)]).Value.ToArray();
            var plane = values.Length / block.Length / Channels;
            for (var i = 0; i < values.Length; i++) sums[i / plane % Channels] += Math.Max(values[i], 0);
        }

        return [.. Enumerable.Range(0, Channels).OrderBy(c => sums[c])];
    }

    public void Prune(int channel) => Set(channel, 0);

    public void Restore(int channel) => Set(channel, 1);

    void Set(int channel, float keep)
    {
        foreach (var (parameter, values, mask) in _parts)
        {
            mask.AsSpan(channel * (mask.Length / Channels), mask.Length / Channels).Fill(keep);
            using var scope = _network.Device.Scope();
            var tensor = _network.Parameters[parameter];
            tensor.Device.CopyInto(tensor, tensor.Device.Upload([.. values.Zip(mask, (v, m) => v * m)], tensor.Shape));
        }
    }

    /// <summary>The loss as a function of the masked parameters, so that no gradient reaches pruned channels.</summary>
    public Variable Loss(TrainingStep step)
    {
        Variable[] masked = [.. step.Parameters];
        foreach (var (parameter, _, mask) in _parts)
            masked[parameter] =
                step.Tape.Multiply(masked[parameter], Tape.Constant(step.Tape.Device.Upload(mask, masked[parameter].Shape)));
        return (step with { Parameters = masked }).Loss(step.Batch.Images);
    }
}
