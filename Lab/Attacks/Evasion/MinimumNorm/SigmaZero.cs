using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Breaks a sample by changing as few values as it can: descends the margin and a smooth count of the changed values together, and sets
/// small changes to 0. The fewest found serve every strength; L0.
/// </summary>
/// <param name="steps">Gradient steps, one gradient each; the paper takes 1,000.</param>
/// <param name="sigma">How sharply a change counts: delta^2 / (delta^2 + sigma).</param>
/// <param name="threshold">Below it a change is set to 0 at first; it rises while the sample is broken and falls while it is not.</param>
/// <remarks>Cinà et al., "Sigma-zero: gradient-based optimization of L0-norm adversarial examples", ICLR 2025.</remarks>
[Named("sigma-zero"), Cites("cina2025sigma"), Strength(StrengthUnit.Values, 1_000_000, Norm = "l0")]
public sealed class SigmaZero(
    [Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 100,
    [Range(0, 1, MinimumIsExclusive = true)] double sigma = 1e-3,
    [Range(0, 1)] double threshold = 0.3) : MinimumNormAttack
{
    const double Adapt = 0.01;

    /// <inheritdoc/>
    public override Norm Norm => Norm.L0;

    /// <inheritdoc/>
    public override Objective Objective => Objective.Margin;

    internal override void Search(AttackRows rows, Column distance)
    {
        if (rows.Count == 0) return;
        var (device, shape, size) = (rows.Device, rows.Images.Value.Shape, rows.Images.Value.Shape.RowSize);
        var (change, mean, variance, least) = (rows.Add(device.Zeros(shape)), rows.Add(device.Zeros(shape)), rows.Add(device.Zeros(shape)), rows.Add((float)threshold));
        rows.Repeat(steps, step =>
        {
            var rate = HalfCosine.Between(1, 0.1, step, steps);
            var images = (rows.Images.Value + change).Clamp(0, 1);
            var look = rows.Look(images, new LogitLoss(Objective.Margin));
            rows.KeepNearest(images, look.Broken, Norm, distance);
            // max(margin, 0) plus the mean smooth count.
            var squares = change.Value * change;
            var root = squares + (float)sigma;
            var gradient = change.Value * (float)(2 * sigma / size) / (root * root) - (!look.Broken).Choose(look.Gradient, device.Zeros(change.Value.Shape));
            var scaled = gradient.Scale(device.Full([rows.Count], 1) / Norm.Linf.Length(gradient).Max(device.Full([rows.Count], 1e-12f)));
            device.AdamInto(change, scaled, mean, variance, step + 1, new((float)rate, 0.9f, 0.999f, 1e-8f));
            var moved = (rows.Images.Value + change).Clamp(0, 1) - rows.Images;
            change.Set((moved.Abs() < device.Full(moved.Shape, 1).Scale(least)).Choose(device.Zeros(moved.Shape), moved));
            least.Set((least.Value + (look.Broken * 2 - 1) * (float)(Adapt * rate)).Clamp(0, 1));
        });
    }
}
