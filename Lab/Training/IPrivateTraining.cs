using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>A training that chooses the samples of each step itself, and makes its gradient from the gradient of each sample.</summary>
public interface IPrivateTraining : ITrainingLoss
{
    /// <summary>Which samples a step looks at, perhaps none; null for the next of a random order.</summary>
    /// <param name="seed">The seed of the network.</param>
    /// <param name="step">The number of the step in the run, from 0.</param>
    /// <param name="samples">The number of samples in the training set.</param>
    /// <param name="batch">The mean number of samples of a step.</param>
    int[]? Draw(ulong seed, int step, int samples, int batch);

    /// <summary>The loss of each sample, and for each trained parameter the gradient that the optimizer gets.</summary>
    /// <param name="step">The step of training.</param>
    (Tensor Losses, Tensor[] Gradients) Step(PrivateStep step);
}

/// <summary>What a private training sees of one step.</summary>
/// <param name="Network">The network as it stands before the step.</param>
/// <param name="Weights">The parameters of the network.</param>
/// <param name="Batch">The samples of the step; null where none was drawn.</param>
/// <param name="Expected">The mean number of samples of a step.</param>
/// <param name="Seed">The seed of the network.</param>
/// <param name="Number">The number of the step in the run, from 0.</param>
public sealed record PrivateStep(Trainable Network, Tensor[] Weights, Batch? Batch, int Expected, ulong Seed, int Number);
