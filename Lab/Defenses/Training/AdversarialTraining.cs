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
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1000, MinimumIsExclusive = true)] double epsilon = 0.3,
    [PerNetwork, Range(0, 1, MinimumIsExclusive = true)] double ratio = 0.5) : Defense, IAdversarialLoss
{
    readonly (double Epsilon, double Ratio) _own = (epsilon, ratio);

    readonly EvasionAttack _attack =
        attack as EvasionAttack ?? throw new ArgumentException("the attack in the loop must be an evasion attack.");

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => _attack.Together;

    /// <inheritdoc/>
    public override (EvasionAttack Attack, double Strength)? SingleStep => _attack is Fgsm ? (_attack, _own.Epsilon) : null;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) => Loss(step, Examples(step));

    /// <inheritdoc/>
    public Tensor Examples(TrainingStep step) => Examples(step, step.Each(this, d => d._own.Epsilon));

    /// <summary>Makes examples by the attack at other strengths than epsilon.</summary>
    /// <param name="step">The step of training.</param>
    /// <param name="strengths">The strength for each network, in the unit of the attack.</param>
    internal Tensor Examples(TrainingStep step, IReadOnlyList<double> strengths)
    {
        // Madry et al. train on the highest loss in the ball, not on the first image that crosses the boundary.
        // Draws of the attack differ from step to step.
        var seeds = step.Draw("attack in the loop");
        var target = new UndefendedProxy(step.Network);
        return seeds.Count == 1
            ? _attack.Perturb(target, step.Batch, strengths, seeds[0], step.Cancellation)[0]
            : _attack.PerturbEach(target, step.Batch, strengths, seeds, step.Cancellation);
    }

    /// <inheritdoc/>
    public Variable Loss(TrainingStep step, Tensor examples)
    {
        var ratios = step.Each(this, d => d._own.Ratio);
        var adversarial = step.Loss(examples, ratios);
        return ratios.All(r => r == 1) ? adversarial
            : step.Tape.Add(step.Loss(step.Batch.Images, [.. ratios.Select(r => 1 - r)]), adversarial);
    }
}
