using Grid.Compute;

namespace Grid.Lab.Training;

/// <summary>What training descends.</summary>
public interface ITrainingLoss
{
    /// <summary>The loss of a training step: a variable whose sum is minimised.</summary>
    /// <param name="step">The step of training.</param>
    Variable Loss(TrainingStep step);
}
