using Grid.Compute;

namespace Grid.Lab.Training;

/// <summary>What training descends.</summary>
public interface ITrainingLoss
{
    /// <summary>The loss of a training step: a variable whose sum is minimised.</summary>
    Variable Loss(TrainingStep step);
}
