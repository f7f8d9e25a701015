using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Models;
using Grid.Lab.Models.Graph;

namespace Grid.Lab.Training;

/// <summary>What a defense sees of one step of training, of one network or of several as one.</summary>
/// <param name="Tape">The tape of the forward pass.</param>
/// <param name="Network">The network as it stands before the step; an attack in the loop is aimed at it.</param>
/// <param name="Parameters">The parameters as variables, in the order of the model.</param>
/// <param name="Batch">The samples, in an equal block of rows for each network.</param>
/// <param name="Seeds">The seed of each network.</param>
/// <param name="Number">The number of the step in the run, from 0.</param>
/// <param name="Progress">The share of all steps that are done, from 0 to below 1.</param>
/// <param name="Cancellation">Ends the work early.</param>
public sealed record TrainingStep(
    Tape Tape, Trainable Network, Variable[] Parameters, Batch Batch, IReadOnlyList<ulong> Seeds, int Number, double Progress,
    CancellationToken Cancellation)
{
    /// <summary>The seed of the network, where there is only one.</summary>
    public ulong Seed => Seeds.Count == 1 ? Seeds[0] : throw new InvalidOperationException("Several networks are trained as one.");

    /// <summary>The weight of one sample in the mean over its network's batch.</summary>
    public float Share => Filled is null
        ? 1f / (Batch.Count / Seeds.Count)
        : throw new InvalidOperationException("The networks' batches differ in size.");

    /// <summary>A random number of this step for each network, drawn for a purpose.</summary>
    /// <param name="purpose">What the numbers are for.</param>
    public IReadOnlyList<ulong> Draw(string purpose) =>
        [.. Seeds.Select(seed => new PhiloxStream(seed, purpose, (ulong)Number).NextULong())];

    /// <summary>The number of the network that a row of the batch belongs to.</summary>
    /// <param name="row">The number of the row, from 0.</param>
    public int NetworkOf(int row) => row / (Batch.Count / Seeds.Count);

    /// <summary>The pass that all losses of this step draw from. Its batch norm is that of training, and an attack in the loop meets the
    /// network as in evaluation. It is null where several networks are trained as one: only networks that do the same in training as in
    /// evaluation are.</summary>
    TrainingPass? Pass { get; } = Seeds.Count == 1 ? new(Seeds[0], Number) : null;

    /// <summary>What a defense keeps from one step of a run to the next; empty at first.</summary>
    public Dictionary<string, object> Memory { get; init; } = [];

    /// <summary>The loss of each network, where they differ in what networks that are trained as one may differ in
    /// (<see cref="PerNetworkAttribute"/>); null where all have one.</summary>
    internal IReadOnlyList<ITrainingLoss>? Losses { get; init; }

    /// <summary>How many rows of each network's block are samples of its step, where networks differ in this: the first ones. The others
    /// fill the block and weigh nothing. Null where all rows are samples.</summary>
    internal IReadOnlyList<int>? Filled { get; init; }

    /// <summary>A number of each network's loss.</summary>
    /// <param name="own">The loss that asks.</param>
    /// <param name="number">Gives the number of a loss.</param>
    internal double[] Each<T>(T own, Func<T, double> number) where T : ITrainingLoss => Losses is null
        ? [.. Enumerable.Repeat(number(own), Seeds.Count)]
        : [.. Losses.Select(loss => number((T)loss))];

    /// <summary>The step as a loss within each network's loss sees it.</summary>
    /// <param name="inner">Gives the loss within.</param>
    internal TrainingStep Within<T>(Func<T, ITrainingLoss> inner) where T : ITrainingLoss =>
        Losses is null ? this : this with { Losses = [.. Losses.Select(loss => inner((T)loss))] };

    /// <summary>Numbers of the networks as a column of the batch, [n].</summary>
    internal Tensor Rows(IReadOnlyList<double> numbers) => Alike(numbers)
        ? Tape.Device.Full([Batch.Count], (float)numbers[0])
        : Tape.Device.Upload([.. Enumerable.Range(0, Batch.Count).Select(row => (float)numbers[NetworkOf(row)])], [Batch.Count]);

    /// <summary>Values of samples, [n], by the weight of their network.</summary>
    internal Variable Weigh(Variable values, IReadOnlyList<double> weights) => Alike(weights)
        ? Tape.Affine(values, (float)weights[0], 0)
        : Tape.Multiply(values, Tape.Constant(Rows(weights)));

    static bool Alike(IReadOnlyList<double> numbers) => numbers.All(number => number == numbers[0]);

    /// <summary>The logits as in training, by the parameters that are trained.</summary>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    public Variable Logits(Tensor images) => Network.Logits(Tape, Tape.Constant(images), Parameters, Pass);

    /// <summary>The cross-entropy of each sample, weighted and divided by the size of its network's batch: [n], whose sum is the mean
    /// loss.</summary>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    /// <param name="weight">The weight of the loss.</param>
    public Variable Loss(Tensor images, float weight = 1) => Loss(images, [.. Enumerable.Repeat((double)weight, Seeds.Count)]);

    /// <summary>The same with a weight of each network's own.</summary>
    internal Variable Loss(Tensor images, IReadOnlyList<double> weights)
    {
        var own = Batch.Count / Seeds.Count;
        if (Filled is null) return CrossEntropy(Logits(images), [.. weights.Select(weight => (float)weight / own)]);
        float[] shares = [.. Enumerable.Range(0, Batch.Count).Select(
            row => row % own < Filled[NetworkOf(row)] ? (float)weights[NetworkOf(row)] / Filled[NetworkOf(row)] : 0)];
        return Tape.Multiply(
            Tape.CrossEntropy(Logits(images), Batch.Labels), Tape.Constant(Tape.Device.Upload(shares, [Batch.Count])));
    }

    /// <summary>The cross-entropy of each sample by the weight of its network, [n].</summary>
    internal Variable CrossEntropy(Variable logits, IReadOnlyList<double> weights) => Alike(weights)
        ? Tape.CrossEntropy(logits, Batch.Labels, (float)weights[0])
        : Weigh(Tape.CrossEntropy(logits, Batch.Labels), weights);
}
