using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>Trains on adversarial examples made anew in every step against the network as it stands.</summary>
/// <param name="attack">The attack in the loop: fgsm or pgd.</param>
/// <param name="epsilon">Strength of the attack in training.</param>
/// <param name="ratio">Weight of the adversarial loss; the rest is on the clean images.</param>
/// <remarks>Goodfellow et al., ICLR 2015, section 6 (ratio .5); Madry et al., ICLR 2018, eq. 2.1 (ratio 1).</remarks>
[Named("adversarial-training"), Cites("goodfellow2015explaining", "madry2018towards")]
public sealed class AdversarialTraining(
    [DefaultEntry("fgsm")] Attack attack,
    [Role(ParameterRole.TrainedStrength), Range(0, 1000, MinimumIsExclusive = true)] double epsilon = 0.3,
    [Range(0, 1, MinimumIsExclusive = true)] double ratio = 0.5) : Defense, IAdversarialLoss
{
    readonly EvasionAttack _attack =
        attack as EvasionAttack ?? throw new ArgumentException("the attack in the loop must be an evasion attack.");

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => _attack.Together;

    /// <inheritdoc/>
    public override (EvasionAttack Attack, double Strength)? SingleStep => _attack is Fgsm ? (_attack, epsilon) : null;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) => Loss(step, Examples(step));

    /// <inheritdoc/>
    public Tensor Examples(TrainingStep step) => Examples(step, epsilon);

    /// <summary>Makes examples by the attack at another strength than epsilon.</summary>
    /// <param name="step">The step of training.</param>
    /// <param name="strength">The strength, in the unit of the attack.</param>
    public Tensor Examples(TrainingStep step, double strength)
    {
        // Madry et al. train on the highest loss in the ball, not on the first image that crosses the boundary.
        // Draws of the attack differ from step to step.
        var seeds = step.Draw("attack in the loop");
        var target = new UndefendedProxy(step.Network);
        return (seeds.Count == 1
            ? _attack.Perturb(target, step.Batch, [strength], seeds[0], step.Cancellation)
            : _attack.PerturbTogether(target, step.Batch, [strength], seeds, step.Cancellation))[0];
    }

    /// <inheritdoc/>
    public Variable Loss(TrainingStep step, Tensor examples)
    {
        var adversarial = step.Loss(examples, (float)ratio);
        return ratio == 1 ? adversarial : step.Tape.Add(step.Loss(step.Batch.Images, (float)(1 - ratio)), adversarial);
    }
}
