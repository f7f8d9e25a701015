using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Decoupled direction and norm: steps up the cross-entropy on a sphere around the image, which shrinks when the sample is broken and grows
/// when it is not. The nearest image found in L2 serves every strength.
/// </summary>
/// <param name="steps">Gradient steps, one gradient each.</param>
/// <param name="gamma">By which share the radius shrinks or grows in a step.</param>
/// <remarks>Rony et al., "Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and defenses", CVPR 2019; the
/// step falls from 1 to .01 along a cosine.</remarks>
[Named("ddn"), Cites("rony2019decoupling"), Strength(StrengthUnit.Epsilon, 1000, Norm = "l2")]
public sealed class Ddn([Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 100,
    [Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)] double gamma = 0.05) : MinimumNormAttack
{
    static readonly LogitLoss Loss = new(Objective.CrossEntropy);

    /// <inheritdoc/>
    public override Norm Norm => Norm.L2;

    internal override void Search(AttackRows rows, Column distance) => Search(rows, rows.Adversarial, distance);

    /// <summary>The same search, which keeps the nearest images in a column of the caller's.</summary>
    internal void Search(AttackRows rows, Column nearest, Column distance)
    {
        using var section = rows.Section();
        var (images, radius, farthest, spare, one) =
            (rows.Add(rows.Images), rows.Add(1), rows.Add(Norm.L2.Farthest(rows.Images)), rows.Add(Directions(rows)), rows.Add(1));
        rows.Repeat(steps, step =>
        {
            var look = rows.Look(images, Loss);
            rows.KeepNearest(images, look.Broken, Norm.L2, distance, nearest);
            var length = Norm.L2.Length(look.Gradient);
            var direction = look.Gradient.Scale(one.Value / Distances.NotZero(length));
            // Where there is no gradient, anywhere is as good.
            rows.Device.CopyWhereInto(direction, !(length > one.Value * 1e-30f), spare);
            var change = images.Value - rows.Images + direction * (float)HalfCosine.Between(1, 0.01, step, steps);
            radius.Set((radius.Value * (look.Broken * (float)(-2 * gamma) + (float)(1 + gamma))).Min(farthest));
            images.Set((rows.Images.Value + change.Scale(radius.Value / Distances.NotZero(Norm.L2.Length(change)))).Clamp(0, 1));
        });
    }

    static Tensor Directions(AttackRows rows)
    {
        var keys = rows.Keys;
        return rows.Device.Upload(rows.Images.Value.Shape,
            (i, row) => new PhiloxStream(keys[i].Seed, "ddn direction", (uint)keys[i].Sample).FillNormal(row, 0, 1)).Unit();
    }
}
