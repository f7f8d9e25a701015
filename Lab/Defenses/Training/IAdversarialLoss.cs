using Grid.Compute;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Training;

/// <summary>A defense that makes adversarial examples in every step of training and then takes a loss of them: so another may come between
/// the two.</summary>
public interface IAdversarialLoss
{
    /// <summary>Made against the network as it stands, [n, c, h, w].</summary>
    Tensor Examples(TrainingStep step);

    /// <summary>A variable whose sum is minimised.</summary>
    Variable Loss(TrainingStep step, Tensor examples);
}
