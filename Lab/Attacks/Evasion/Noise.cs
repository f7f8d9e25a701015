using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Random perturbation of full size, without looking at the model: the control for every other evasion attack. A defense that holds against
/// an attack no better than against this noise was not attacked.
/// </summary>
/// <param name="norm">linf adds or subtracts the strength at each pixel, l2 adds a random vector of that length.</param>
[Named("noise"), Control, Strength(StrengthUnit.Epsilon, 1000)]
public sealed class Noise([AllowedValues(Norm.Linf, Norm.L2)] Norm norm = Norm.Linf) : EvasionAttack
{
    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    /// <inheritdoc/>
    public override bool Together => true;

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        PerturbTogether(target, batch, strengths, [seed], ct);

    /// <inheritdoc/>
    public override Tensor[] PerturbTogether(Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        // A step along normal noise: its sign is a fair coin at each pixel, its direction is uniform on the sphere.
        var direction = targets.Device.Upload(
            batch.Images.Shape, (i, row) => new PhiloxStream(seeds[i / (batch.Count / seeds.Count)], "noise", (uint)batch.Samples.Span[i]).FillNormal(row, 0, 1));
        return [.. strengths.Select(strength =>
        {
            if (strength == 0) return batch.Images;
            var radius = targets.Device.Full(batch.Labels.Shape, (float)strength);
            return new NormBall(norm, batch.Images, radius).Ascend(batch.Images, direction, radius);
        })];
    }
}
