using Grid.Compute;

namespace Grid.Lab.Training;

/// <summary>What is descended where nobody defends.</summary>
sealed class PlainLoss : ITrainingLoss
{
    public Variable Loss(TrainingStep step) => step.Loss(step.Batch.Images);
}
