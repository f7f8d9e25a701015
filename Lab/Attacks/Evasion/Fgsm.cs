using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>Fast gradient sign method: one step of full length along the gradient of the loss.</summary>
/// <param name="norm">linf steps by the sign of the gradient, l2 by the gradient scaled to length.</param>
/// <param name="lossRounding">exact, or pytorch: the gradient where float32 is certain, as PyTorch rounds it, for comparison.</param>
/// <remarks>Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", ICLR 2015.</remarks>
[Named("fgsm"), Cites("goodfellow2015explaining"), SingleStep, Strength(StrengthUnit.Epsilon, 1000)]
public sealed class Fgsm(
    [AllowedValues(Norm.Linf, Norm.L2)] Norm norm = Norm.Linf, LossRounding lossRounding = LossRounding.Exact) : EvasionAttack
{
    /// <summary>The norm that strengths bound.</summary>
    public Norm Norm => norm;

    /// <inheritdoc/>
    public override LossRounding LossRounding => lossRounding;

    /// <inheritdoc/>
    public override bool Together => true;

    /// <inheritdoc/>
    public override Tensor[] PerturbTogether(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        Run(targets, batch, strengths, seeds, ct).Images;

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        Run(target, batch, strengths, [seed], ct).Images;

    /// <summary>Makes the attack; nothing is drawn.</summary>
    public override EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        // One gradient serves every strength.
        var gradient = targets.LossGradient(batch.Images, batch.Labels, new LogitLoss(Objective, lossRounding)).Gradient!;
        var run = new EvasionRun([.. strengths.Select(Step)], batch.Count);
        for (var k = 0; k < strengths.Count; k++)
            for (var row = 0; strengths[k] > 0 && row < batch.Count; row++) run.Enter(k, row, forwards: 1, gradients: 1, part: -1);
        return run;

        Tensor Step(double strength)
        {
            ct.ThrowIfCancellationRequested();
            if (strength == 0) return batch.Images;
            var radius = targets.Device.Full(batch.Labels.Shape, (float)strength);
            return new NormBall(norm, batch.Images, radius).Ascend(batch.Images, gradient, radius);
        }
    }
}
