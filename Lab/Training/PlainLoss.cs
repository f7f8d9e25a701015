using Grid.Compute;

namespace Grid.Lab.Training;

/// <summary>The loss without a defense.</summary>
sealed class PlainLoss : ITrainingLoss
{
    public Variable Loss(TrainingStep step) => step.Loss(step.Batch.Images);
}
