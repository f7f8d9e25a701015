using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion.MinimumNorm;

/// <summary>
/// Fast minimum norm: steps up the margin within a ball that shrinks when the sample is broken, grows when it no longer is, and before
/// reaches as far as the border seems. In L2 and L1 a sample that is never broken starts again from where DDN ends. The nearest image found
/// serves every strength.
/// </summary>
/// <param name="norm">linf, l2, l1, or l0, which counts the values that change.</param>
/// <param name="steps">Gradient steps; a sample that starts again takes as many of DDN and as many more.</param>
/// <param name="alpha">Length of the first step in L2; the last has a hundredth of it. None takes 10 for linf and else 1.</param>
/// <param name="gamma">By which share the ball shrinks or grows in the first step; .001 in the last.</param>
/// <param name="loss">What is climbed: margin (of logits), cross-entropy, dlr or pma.</param>
/// <remarks>Pintor et al., "Fast minimum-norm adversarial attacks through adaptive norm constraints", NeurIPS 2021; linf's alpha:
/// AttackBench.</remarks>
[Named("fmn"), Cites("pintor2021fast"), Strength(StrengthUnit.Epsilon, 100_000)]
public sealed class Fmn(
    Norm norm = Norm.Linf,
    [Role(ParameterRole.Steps), Range(1, 1_000_000)] int steps = 100,
    [Range(0, 1e6, MinimumIsExclusive = true)] double? alpha = null,
    [Range(0.001, 1, MaximumIsExclusive = true)] double gamma = 0.05,
    [AllowedValues(Objective.Margin, Objective.CrossEntropy, Objective.Dlr, Objective.Pma)] Objective loss = Objective.Margin) : MinimumNormAttack
{
    const double LastGamma = 0.001;

    readonly LogitLoss _loss = new(loss);
    readonly double _alpha = alpha ?? (norm == Norm.Linf ? 10 : 1);

    /// <inheritdoc/>
    public override Norm Norm => norm;

    /// <inheritdoc/>
    public override Objective Objective => loss;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => _loss.Objection(Name, data);

    internal override void Search(AttackRows rows, Column distance)
    {
        Descend(rows, distance, rows.Images);
        if (norm is not (Norm.L2 or Norm.L1)) return;
        // Whoever got nowhere goes on.
        var nowhere = rows.Device.Full([rows.Count], float.PositiveInfinity);
        rows.Repeat(1, _ => rows.Standing.Set(rows.Standing & distance.Value.Is(nowhere)));
        if (rows.Count == 0) return;
        var (start, length) = (rows.Add(rows.Images), rows.Add(float.PositiveInfinity));
        new Ddn(steps).Search(rows, start, length);
        rows.Repeat(1, _ => rows.KeepNearest(start, length < rows.Device.Full([rows.Count], float.PositiveInfinity), norm, distance));
        rows.Bisect(10, norm, distance);
        Descend(rows, distance, rows.Adversarial);
    }

    void Descend(AttackRows rows, Column distance, Tensor start)
    {
        if (rows.Count == 0) return;
        using var section = rows.Section();
        var device = rows.Device;
        var (images, farthest) = (rows.Add(start), rows.Add(norm.Farthest(rows.Images)));
        var radius = rows.Add(norm == Norm.L0 ? 1 : float.PositiveInfinity);
        rows.Repeat(steps, step =>
        {
            var shrink = (float)HalfCosine.Between(gamma, LastGamma, step, steps);
            var look = rows.Look(images, _loss);
            var length = rows.KeepNearest(images, look.Broken, norm, distance);
            if (norm == Norm.L0)
            {
                radius.Set(Count(radius, look.Broken, distance, shrink));
            }
            else
            {
                var border = length + look.Loss.Abs() / Distances.NotZero(norm.Dual().Length(look.Gradient));
                var found = distance < device.Full(length.Shape, float.PositiveInfinity);
                radius.Set(look.Broken.Choose((radius.Value * (1 - shrink)).Min(distance), found.Choose(radius.Value * (1 + shrink), border)).Min(farthest));
            }

            var change = images.Value - rows.Images + look.Gradient.Unit() * (float)HalfCosine.Between(_alpha, _alpha / 100, step, steps);
            images.Set((rows.Images.Value + norm.Project(change, radius)).Clamp(0, 1));
        });
    }

    /// <summary>How many values may change next, by one fewer or more at least.</summary>
    static Tensor Count(Tensor radius, Tensor broken, Tensor distance, float shrink)
    {
        var (counts, wrong, nearest) = (radius.ToArray(), broken.ToArray(), distance.ToArray());
        return radius.MapRows((i, values) => values[0] = Math.Max(0, wrong[i] != 0
            ? Math.Min(Math.Min(counts[i] - 1, MathF.Floor(counts[i] * (1 - shrink))), nearest[i])
            : Math.Max(counts[i] + 1, MathF.Floor(counts[i] * (1 + shrink)))));
    }
}
