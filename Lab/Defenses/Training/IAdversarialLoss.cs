using Grid.Compute;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Training;

/// <summary>A defense that makes adversarial examples in every step of training and then takes a loss on them, so that another defense may
/// come between the two.</summary>
public interface IAdversarialLoss
{
    /// <summary>Makes adversarial examples against the network as it stands, [n, c, h, w].</summary>
    /// <param name="step">The step of training.</param>
    Tensor Examples(TrainingStep step);

    /// <summary>The loss on examples: a variable whose sum is minimised.</summary>
    /// <param name="step">The step of training.</param>
    /// <param name="examples">The images that training sees, [n, c, h, w].</param>
    Variable Loss(TrainingStep step, Tensor examples);
}
