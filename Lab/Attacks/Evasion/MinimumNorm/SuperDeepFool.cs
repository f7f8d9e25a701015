using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// DeepFool to the border, then the way there is turned onto the border's normal; again, until the turned way ends across. A bisection of
/// the way follows. The image found serves every strength; L2.
/// </summary>
/// <param name="steps">Steps of both kinds at most; a step takes a gradient for each class it looks at and one more.</param>
/// <param name="overshoot">By which share a step of DeepFool is lengthened to get across.</param>
/// <param name="classes">The likeliest classes at the clean image, the label among them, whose borders are looked at.</param>
/// <param name="bisections">How often the way from the image is halved in the end.</param>
/// <remarks>Abdollahpoorrostam, Abroshan and Moosavi-Dezfooli, "SuperDeepFool", 2023 (arXiv 2303.12481).</remarks>
[Named("superdeepfool"), Cites("abdollahpoorrostam2023superdeepfool"), Strength(StrengthUnit.Epsilon, 1000, Norm = "l2")]
public sealed class SuperDeepFool(
    [Role(ParameterRole.Steps), Range(1, 100_000)] int steps = 100,
    [Range(0, 10)] double overshoot = 0.02,
    [Range(2, 100_000)] int classes = 10,
    [Range(0, 100)] int bisections = 10) : MinimumNormAttack
{
    static readonly LogitLoss Loss = new(Objective.Margin);

    /// <inheritdoc/>
    public override Norm Norm => Norm.L2;

    /// <inheritdoc/>
    public override Objective Objective => Objective.Margin;

    internal override void Search(AttackRows rows, Column distance)
    {
        var rivals = rows.Rivals(classes - 1);
        if (rows.Count == 0 || rivals.Length == 0) return;
        // No row may leave before all are done, for the bisection takes them all.
        var (images, turned, going, ended) = (rows.Add(rows.Images), rows.Add(0), rows.Add(1), false);
        rows.Repeat(steps, step =>
        {
            if (ended) return;
            var (above, slope, pass) = DecisionBoundaries.Nearest(rows, images, rivals, Norm);
            var broken = !rows.Device.ArgMax(pass.Logits).Is(rows.Labels);
            rows.KeepNearest(images, broken & going, Norm, distance);
            going.Set(going & !(broken & turned));
            // Whose way ends across: onto the normal of the border that it crossed.
            var normal = Normal(rows, images, pass);
            var way = images.Value - rows.Images;
            var share = (way * normal).SumRows() / Distances.NotZero((normal * normal).SumRows());
            var next =
                broken.Choose(rows.Images.Value + normal.Scale(share), images.Value
                    + DecisionBoundaries.Step(above, slope) * (float)(1 + overshoot));
            images.Set(going, next.Clamp(0, 1));
            turned.Set(broken);
            ended = step % rows.Device.StepsPerLook == 0 && !going.Value.ToArray().Any(g => g != 0);
        });
        rows.Bisect(bisections, Norm, distance);
    }

    /// <summary>The gradient of the margin to the best other class. The pass of the images is made already, except where another would
    /// draw anew.</summary>
    static Tensor Normal(AttackRows rows, Tensor images, WatchedPass pass)
    {
        if (rows.Target.Random) return rows.Look(images, Loss).Gradient;
        rows.Spend(forwards: 1, gradients: 1);
        return pass.Gradient(Loss.Of(pass.Logits, rows.Labels).Derivative);
    }
}
