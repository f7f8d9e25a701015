using System.ComponentModel.DataAnnotations;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Projected gradient descent: many small steps up the loss, each projected back into the ball. A sample that is broken is left alone from
/// then on; of the others the iterate of highest loss is kept, over all restarts.
/// </summary>
/// <param name="steps">Gradient steps in one restart.</param>
/// <param name="stepSize">Length of a step as a share of the strength; none takes 2.5 / steps, so that the whole ball is within
/// reach.</param>
/// <param name="restarts">Starts from a random point of the ball.</param>
/// <param name="randomStart">Whether the first restart begins at a random point too, rather than at the image.</param>
/// <param name="norm">The ball: linf or l2.</param>
/// <param name="loss">What is climbed: cross-entropy, margin (of logits), dlr (the margin whatever the scale of the logits; three classes
/// or more), pma (the margin of probabilities).</param>
/// <param name="lossRounding">Of the cross-entropy: exact, or pytorch: the gradient where float32 is certain, as PyTorch rounds it, for
/// comparison.</param>
/// <remarks>Madry et al., "Towards deep learning models resistant to adversarial attacks", ICLR 2018.</remarks>
[Named("pgd"), Cites("madry2018towards"), Strength(StrengthUnit.Epsilon, 1000)]
public sealed class Pgd(
    [Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 40,
    [Role(ParameterRole.StepSize), Range(0, 1, MinimumIsExclusive = true)] double? stepSize = null,
    [Range(1, 10_000)] int restarts = 1,
    bool randomStart = true,
    [AllowedValues(Norm.Linf, Norm.L2)] Norm norm = Norm.Linf,
    [AllowedValues(Objective.CrossEntropy, Objective.Margin, Objective.Dlr, Objective.Pma)] Objective loss = Objective.CrossEntropy,
    LossRounding lossRounding = LossRounding.Exact) : IterativeAttack
{
    readonly LogitLoss _loss = new(loss, lossRounding);

    /// <inheritdoc/>
    public override Objective Objective => loss;

    /// <inheritdoc/>
    public override LossRounding LossRounding => lossRounding;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => _loss.Objection(Name, data);

    internal override void Attack(AttackRows rows, Column? brokenBy)
    {
        var (ball, images, highest) = (rows.Ball(norm), rows.Add(rows.Images), rows.Add(float.NegativeInfinity));
        var length = rows.Add(rows.Radius.Value * (float)(stepSize ?? 2.5 / steps));
        for (var restart = 0; restart < restarts; restart++)
        {
            rows.Repeat(1, _ => images.Set(restart > 0 || randomStart ? ball.RandomPoint(rows.Keys, "pgd start", restart) : rows.Images));
            // The last iterate is only looked at.
            rows.Repeat(steps + 1, step =>
            {
                var look = rows.Look(images, _loss, gradient: step < steps);
                rows.KeepBest(images, look, highest);
                if (step < steps) ball.AscendInto(images, look.Gradient, length);
            });
        }
    }
}
