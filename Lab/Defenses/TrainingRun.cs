using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses;

/// <summary>What a defense trains a network with.</summary>
/// <param name="Model">The architecture.</param>
/// <param name="Data">The data set, which gives shape and classes. A defense must look neither at its training set, which is the clean one,
/// nor at its test set.</param>
/// <param name="Train">The training set, perhaps poisoned.</param>
/// <param name="Recipe">The recipe by which an undefended network is trained.</param>
/// <param name="Seed">The seed of the parameters, the order of samples and whatever is drawn.</param>
/// <param name="Device">The device that the network is made on.</param>
/// <param name="Cancellation">Ends the work early; it is looked at before every step.</param>
public sealed record TrainingRun(
    Model Model, Dataset Data, Samples Train, TrainingRecipe Recipe, ulong Seed, Device Device, CancellationToken Cancellation)
{
    const int Block = 250;

    /// <summary>The clean samples that the recipe leaves aside, which are not trained on; null where it takes all.</summary>
    public Samples? Reserve { get; init; }

    /// <summary>Gets a line at a time about what is being done.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Trains a network from fresh parameters.</summary>
    /// <param name="loss">The loss that is minimised.</param>
    /// <param name="epochs">The number of epochs; null takes the recipe's.</param>
    public Network Fresh(ITrainingLoss loss, int? epochs = null) =>
        Trainer.Train(Model, Data, Train, Recipe.For(epochs ?? Recipe.Epochs), loss, Seed, Device, Report, Cancellation);

    /// <summary>Trains a network further, in place.</summary>
    /// <param name="network">The network; training goes on from the parameters that it has.</param>
    /// <param name="samples">The samples that it is trained on.</param>
    /// <param name="epochs">The number of passes over them.</param>
    /// <param name="loss">The loss that is minimised.</param>
    /// <param name="purpose">Keys the order of samples.</param>
    public void Continue(Network network, Samples samples, int epochs, ITrainingLoss loss, string purpose) => Trainer.Continue(
        network, Data.Shape, samples, Recipe.For(epochs), loss, new PhiloxStream(Seed, purpose).NextULong(), Report, Cancellation);

    /// <summary>The cross-entropy of each sample, and whether the network answers its label.</summary>
    /// <param name="network">The network.</param>
    /// <param name="samples">The samples.</param>
    public (float Loss, bool Right)[] Ask(Network network, Samples samples)
    {
        var (batches, found) = (new Batches(samples, Data.Shape, Device), new List<(float, bool)>(samples.Count));
        foreach (var block in Enumerable.Range(0, samples.Count).Chunk(Block))
        {
            Cancellation.ThrowIfCancellationRequested();
            using var scope = Device.Scope();
            var batch = batches.Take(block);
            var (logits, loss, _) = network.LossGradient(batch.Images, batch.Labels, lossOnly: true);
            found.AddRange(loss.ToArray()
                .Zip(Device.Combine(Binary.Equal, Device.ArgMax(logits), batch.Labels).ToArray(), (l, right) => (l, right != 0)));
        }

        return [.. found];
    }

    /// <summary>The share of the samples that a network answers right.</summary>
    /// <param name="network">The network.</param>
    /// <param name="samples">The samples that it is measured on.</param>
    public double Accuracy(Network network, Samples samples) => Ask(network, samples).Average(s => s.Right ? 1.0 : 0);
}
