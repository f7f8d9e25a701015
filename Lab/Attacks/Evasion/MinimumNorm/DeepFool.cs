using System.ComponentModel.DataAnnotations;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Steps to the nearest border as the network's linearisation sees it, until one is crossed. A cheap estimate, usually an eighth to a
/// quarter too far: no verdict. The image found serves every strength; L2.
/// </summary>
/// <param name="steps">Steps at most; a step takes a gradient for each class it looks at.</param>
/// <param name="overshoot">By which share the way is lengthened to get across.</param>
/// <param name="classes">The likeliest classes at the clean image, the label among them, whose borders are looked at.</param>
/// <remarks>Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool: a simple and accurate method to fool deep neural networks", CVPR
/// 2016.</remarks>
[Named("deepfool"), Cites("moosavi2016deepfool"), Strength(StrengthUnit.Epsilon, 1000, Norm = "l2")]
public sealed class DeepFool(
    [Role(ParameterRole.Steps), Range(1, 100_000)] int steps = 100, [Range(0, 10)] double overshoot = 0.02,
    [Range(2, 100_000)] int classes = 10) : MinimumNormAttack
{
    /// <inheritdoc/>
    public override Norm Norm => Norm.L2;

    /// <inheritdoc/>
    public override Objective Objective => Objective.Margin;

    internal override void Search(AttackRows rows, Column distance)
    {
        var rivals = rows.Rivals(classes - 1);
        if (rows.Count == 0 || rivals.Length == 0) return;
        var (images, way) = (rows.Add(rows.Images), rows.Add(rows.Device.Zeros(rows.Images.Value.Shape)));
        rows.Repeat(steps + 1, step =>
        {
            var (above, slope, pass) = DecisionBoundaries.Nearest(rows, images, rivals, Norm);
            var broken = !rows.Device.ArgMax(pass.Logits).Is(rows.Labels);
            rows.KeepNearest(images, broken, Norm, distance);
            rows.Standing.Set(rows.Standing & !broken);
            way.Set(way.Value + DecisionBoundaries.Step(above, slope));
            images.Set((rows.Images.Value + way.Value * (float)(1 + overshoot)).Clamp(0, 1));
        });
    }
}
