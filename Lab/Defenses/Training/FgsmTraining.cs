using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Trains on examples of the fast gradient sign method made anew in every step. Such a model may hold against FGSM and fall to PGD
/// (catastrophic overfitting): it is measured against both at epsilon, and the checks compare them.
/// </summary>
/// <param name="epsilon">Strength of the attack in the loop, linf.</param>
/// <param name="ratio">Weight of the adversarial loss; the rest is on the clean images.</param>
/// <remarks>Goodfellow et al., ICLR 2015, section 6; catastrophic overfitting: Wong, Rice and Kolter, ICLR 2020.</remarks>
[Named("fgsm-training"), Cites("goodfellow2015explaining", "wong2020fast")]
public sealed class FgsmTraining(
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [PerNetwork, Range(0, 1, MinimumIsExclusive = true)] double ratio = 0.5) : Defense
{
    readonly AdversarialTraining _training = new(new Fgsm(), epsilon, ratio);

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => _training.TrainsTogether;

    /// <inheritdoc/>
    public override (EvasionAttack Attack, double Strength)? SingleStep => _training.SingleStep;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) => _training.Loss(step.Within<FgsmTraining>(d => d._training));
}
