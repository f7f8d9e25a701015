using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace MyPlugin;

/// <summary>Steps of equal length along the gradient of the loss, in L2.</summary>
/// <param name="steps">The number of steps; each is epsilon / steps long.</param>
/// <remarks>Kurakin, Goodfellow and Bengio, "Adversarial examples in the physical world", ICLR 2017 workshop, in L2.</remarks>
[Named("my-attack"), Strength(StrengthUnit.Epsilon, 1000, Norm = "l2")]
public sealed class MyAttack([Role(ParameterRole.Steps), Range(1, 1000)] int steps = 10) : EvasionAttack
{
    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        [.. strengths.Select(strength => Climb(target, batch, strength, ct))];

    Tensor Climb(Classifier target, Batch batch, double epsilon, CancellationToken ct)
    {
        var images = batch.Images;
        for (var step = 0; epsilon > 0 && step < steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var direction = target.LossGradient(images, batch.Labels).Gradient!.Unit();
            images = target.Device.Clamp(target.Device.AddScaled(images, direction, (float)(epsilon / steps)), 0, 1);
        }

        return images;
    }
}
