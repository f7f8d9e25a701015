using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Trains on examples of projected gradient descent made anew in every step. Under the full epsilon from the first step on, a network may
/// take most of a short training to leave the plateau of guessing, or never leave it; so epsilon rises first.
/// </summary>
/// <param name="epsilon">Strength of the attack in the loop, linf.</param>
/// <param name="ratio">Weight of the adversarial loss; the rest is on the clean images.</param>
/// <param name="steps">Gradient steps of the attack in the loop.</param>
/// <param name="stepSize">Length of a step as a share of epsilon; none takes 2.5 / steps.</param>
/// <param name="warmUp">Share of training over which epsilon rises from 0 to its full value in a straight line; 0 trains at epsilon
/// throughout.</param>
/// <remarks>Madry et al., "Towards deep learning models resistant to adversarial attacks", ICLR 2018; rising epsilon: Gowal et al.,
/// "Scalable verified training", ICCV 2019.</remarks>
[Named("pgd-training"), Cites("madry2018towards", "gowal2019scalable")]
public sealed class PgdTraining(
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [PerNetwork, Range(0, 1, MinimumIsExclusive = true)] double ratio = 1,
    [Range(1, 10_000)] int steps = 7,
    [Range(0, 1, MinimumIsExclusive = true)] double? stepSize = null,
    [PerNetwork, Range(0, 1)] double warmUp = 0.3) : Defense, IAdversarialLoss
{
    readonly AdversarialTraining _training = new(new Pgd(steps, stepSize), epsilon, ratio);

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => _training.TrainsTogether;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step) => Loss(step, Examples(step));

    /// <inheritdoc/>
    public Tensor Examples(TrainingStep step) => _training.Examples(step, step.Each(this, d => d.Strength(step)));

    /// <inheritdoc/>
    public Variable Loss(TrainingStep step, Tensor examples) =>
        _training.Loss(step.Within<PgdTraining>(d => d._training), examples);

    double Strength(TrainingStep step) => step.Warmed(epsilon, warmUp);
}
