using Grid.Compute;

namespace Grid.Lab.Training;

/// <summary>The loss that training minimises.</summary>
public interface ITrainingLoss
{
    /// <summary>The loss of a training step: a variable whose sum is minimised.</summary>
    /// <param name="step">The step of training.</param>
    Variable Loss(TrainingStep step);
}
