using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>A training that chooses the samples of each step and makes its gradient itself, from each sample's own.</summary>
public interface IPrivateTraining : ITrainingLoss
{
    /// <summary>Which samples a step looks at, perhaps none; null for the next of a random order.</summary>
    /// <param name="seed">The seed of the network.</param>
    /// <param name="step">Counts the steps of the run from 0.</param>
    /// <param name="samples">In the training set.</param>
    /// <param name="batch">Samples that a step has in the mean.</param>
    int[]? Draw(ulong seed, int step, int samples, int batch);

    /// <summary>Loss of each sample, and what the optimizer gets for each parameter that is trained.</summary>
    /// <param name="step">The step of training.</param>
    (Tensor Losses, Tensor[] Gradients) Step(PrivateStep step);
}

/// <summary>What a private training sees of one step.</summary>
/// <param name="Network">As it stands before the step.</param>
/// <param name="Weights">Its parameters.</param>
/// <param name="Batch">Null where no sample was drawn.</param>
/// <param name="Expected">Samples that a step has in the mean.</param>
/// <param name="Seed">The seed of the network.</param>
/// <param name="Number">Counts the steps of the run from 0.</param>
public sealed record PrivateStep(Trainable Network, Tensor[] Weights, Batch? Batch, int Expected, ulong Seed, int Number);
