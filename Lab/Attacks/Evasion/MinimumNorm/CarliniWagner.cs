using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Descends the squared distance plus c times the margin, in a variable that cannot leave the box, for several c, each sample's found by
/// bisection. Slow, and no stronger than DDN; for comparison with what is published. The nearest image found serves every strength; L2.
/// </summary>
/// <param name="steps">Steps of Adam for each c at most; the paper takes 10,000.</param>
/// <param name="searches">How many c are tried: ten times as large until one breaks the sample, then halfway.</param>
/// <param name="lr">Learning rate of Adam.</param>
/// <param name="c">The first weight of the margin.</param>
/// <param name="kappa">How far a wrong class is to be above the label, in logits.</param>
/// <remarks>Carlini and Wagner, "Towards evaluating the robustness of neural networks", S and P 2017; a run of a sample ends where a tenth
/// of its steps gain less than 1e-4 of its loss.</remarks>
[Named("carlini-wagner"), Cites("carlini2017towards"), Strength(StrengthUnit.Epsilon, 1000, Norm = "l2")]
public sealed class CarliniWagner(
    [Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 1000,
    [Range(1, 100)] int searches = 9,
    [Range(0, 100, MinimumIsExclusive = true)] double lr = 0.01,
    [Range(0, 1e10, MinimumIsExclusive = true)] double c = 1e-3,
    [Range(0, 1e6)] double kappa = 0) : MinimumNormAttack
{
    // Keeps the inverse of tanh finite at black and white.
    const float Inside = 0.999999f;

    static readonly LogitLoss Loss = new(Objective.Margin);

    /// <inheritdoc/>
    public override Norm Norm => Norm.L2;

    /// <inheritdoc/>
    public override Objective Objective => Objective.Margin;

    internal override void Search(AttackRows rows, Column distance)
    {
        if (rows.Count == 0) return;
        var (device, infinite) = (rows.Device, float.PositiveInfinity);
        var start = rows.Add(rows.Images.Value.MapRows((_, row) =>
        {
            foreach (ref var value in row) value = MathF.Atanh((2 * value - 1) * Inside);
        }));
        var (weight, low, high) = (rows.Add((float)c), rows.Add(0), rows.Add(infinite));
        for (var search = 0; search < searches; search++)
        {
            var succeeded = Descend(rows, distance, start, weight);
            rows.Repeat(1, _ =>
            {
                high.Set(succeeded, weight.Value.Min(high));
                low.Set(!succeeded.Value, weight.Value.Max(low));
                weight.Set((high < device.Full([rows.Count], infinite)).Choose((low.Value + high) * 0.5f, weight.Value * 10));
            });
        }
    }

    /// <summary>One descent from the image; says which rows it broke.</summary>
    Column Descend(AttackRows rows, Column distance, Column start, Column weight)
    {
        var device = rows.Device;
        var succeeded = rows.Add(0);
        using var section = rows.Section();
        var (v, mean, variance) = (rows.Add(start), rows.Add(device.Zeros(start.Value.Shape)), rows.Add(device.Zeros(start.Value.Shape)));
        var (going, last) = (rows.Add(1), rows.Add(float.PositiveInfinity));
        var (rule, ended) = (new AdamRule((float)lr, 0.9f, 0.999f, 1e-8f), false);
        rows.Repeat(steps, step =>
        {
            if (ended) return;
            var half = device.Apply(Unary.Tanh, v);
            var images = (half * 0.5f + 0.5f).Clamp(0, 1);
            var look = rows.Look(images, Loss);
            var broken = (-look.Loss + (float)kappa) < device.Full([rows.Count], MathF.BitIncrement(0)) & look.Broken & going;
            rows.KeepNearest(images, broken, Norm, distance);
            succeeded.Set(succeeded | broken);
            var change = images - rows.Images;
            // max(margin + kappa, 0), whose slope is 0 once it is there.
            var missing = (-look.Loss + (float)kappa) > device.Zeros([rows.Count]);
            var loss = (change * change).SumRows() + weight.Value * (missing & (-look.Loss + (float)kappa));
            var byImage = change * 2 - look.Gradient.Scale(weight.Value & missing);
            var gradient = byImage * (!(half * half)) * 0.5f;
            device.AdamInto(v, gradient, mean, variance, step + 1, rule);
            if ((step + 1) % Math.Max(1, steps / 10) != 0) return;
            going.Set(going & (loss < last.Value * 0.9999f));
            last.Set(loss);
            ended = going.Value.ToArray().All(g => g == 0);
        });
        return succeeded;
    }
}
