using Grid.Compute;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>Fast gradient sign method: one step of full length along the gradient of the loss.</summary>
/// <param name="norm">linf steps by the sign of the gradient, l2 by the gradient scaled to length.</param>
/// <remarks>Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", ICLR 2015.</remarks>
[Named("fgsm"), Strength("epsilon", 1000)]
public sealed class Fgsm(Norm norm = Norm.Linf) : EvasionAttack
{
    public Norm Norm => norm;

    public override bool Together => true;

    public override Tensor[] PerturbTogether(Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        Perturb(targets, batch, strengths, seeds[0], ct);

    /// <summary>Nothing is drawn.</summary>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct)
    {
        // One gradient serves every strength.
        var gradient = target.LossGradient(batch.Images, batch.Labels).Gradient!;
        return [.. strengths.Select(strength =>
        {
            ct.ThrowIfCancellationRequested();
            if (strength == 0) return batch.Images;
            var radius = target.Device.Full(batch.Labels.Shape, (float)strength);
            return new NormBall(norm, batch.Images, radius).Ascend(batch.Images, gradient, radius);
        })];
    }
}
