using Grid.Compute;
using Grid.Lab;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace MyPlugin;

/// <summary>Adds the sign of the pixel's distance from grey.</summary>
/// <remarks>Nobody, 2026.</remarks>
[Named("contrast"), Strength(StrengthUnit.Epsilon, 1000, Norm = "linf")]
public sealed class Contrast : EvasionAttack
{
    public override Objective Objective => Objective.None;      // it looks at no gradient

    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        [.. strengths.Select(s => s == 0 ? batch.Images : target.Device.Clamp(target.Device.AddScaled(
            batch.Images, target.Device.Apply(Unary.Sign, target.Device.Affine(batch.Images, 1, -0.5f)), (float)s), 0, 1))];
}
