using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Rotates and shifts each image by every point of a grid and keeps, sample by sample, the first transform that breaks it, else the one of
/// highest loss. Bilinear; what comes in from outside is 0.
/// </summary>
/// <param name="rotation">Largest angle at strength 1, either way, in degrees.</param>
/// <param name="rotations">Angles tried, evenly spread from one largest to the other; 1 does not rotate.</param>
/// <param name="translation">Largest shift at strength 1, along each axis and either way, in pixels.</param>
/// <param name="translations">Shifts tried along each axis, evenly spread; 1 does not shift.</param>
/// <remarks>
/// Engstrom et al., "Exploring the landscape of spatial robustness", ICML 2019. About the image's centre; first turned, then shifted, as in
/// foolbox 3.3, whose shifts are however (side - 1) / side of what they are called.
/// </remarks>
[Named("spatial"), Cites("engstrom2019exploring"), Strength(StrengthUnit.Scale, 1, Multiplies = true)]
public sealed class Spatial(
    [Range(0, 180)] double rotation = 30,
    [Range(1, 1001)] int rotations = 5,
    [Range(0, 1024)] double translation = 3,
    [Range(1, 1001)] int translations = 5) : EvasionAttack
{
    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        PixelGrid.Objection(Name, data) ?? (translation < Math.Min(data.Shape.Height, data.Shape.Width) ? null
            : $"translation {Canonical.Number(translation)} of spatial shifts images of {data.Shape.Height} x {data.Shape.Width} out of sight; give less than {Math.Min(data.Shape.Height, data.Shape.Width)} pixels.");

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        [.. strengths.Select(strength => strength == 0 ? batch.Images : Worst(target, batch, strength, ct))];

    Tensor Worst(Classifier target, Batch batch, double scale, CancellationToken ct)
    {
        var device = target.Device;
        var (height, width) = (batch.Images.Shape[2], batch.Images.Shape[3]);
        var worst = device.Affine(batch.Images, 1, 0);
        var highest = new float[batch.Count];
        // The image itself is within every budget; a sample that is wrong as it is needs no attack.
        var alive = Keep([.. Enumerable.Range(0, batch.Count)], batch.Images, image: true);
        foreach (var degrees in Points(rotation * scale, rotations))
        {
            foreach (var down in Points(translation * scale, translations))
            {
                foreach (var across in Points(translation * scale, translations))
                {
                    if (alive.Length == 0) return worst;
                    using var scope = device.Scope();
                    var grid = PixelGrid.Repeat(PixelGrid.Moved(device, height, width, degrees, down, across), alive.Length);
                    var moved = device.Clamp(device.GridSample(device.GatherRows(batch.Images, alive), grid), 0, 1);
                    alive = Keep(alive, moved, image: false);
                }
            }
        }

        return worst;

        // Takes over what is worse than before, and returns the rows that are not broken.
        int[] Keep(int[] rows, Tensor images, bool image)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = device.Scope();
            var labels = device.GatherRows(batch.Labels, rows);
            var (logits, loss, _) = target.LossGradient(images, labels, lossOnly: true);
            var (losses, right) = (loss.ToArray(), device.Combine(Binary.Equal, device.ArgMax(logits), labels).ToArray());
            // Against a randomised defense one lucky draw proves nothing: such a sample is tried to the end.
            bool Broken(int p) => right[p] == 0 && !target.Random;
            var worse = Enumerable.Range(0, rows.Length).Where(p => image || Broken(p) || losses[p] > highest[rows[p]]).ToArray();
            device.ScatterRowsInto(worst, Array.ConvertAll(worse, p => rows[p]), device.GatherRows(images, worse));
            foreach (var p in worse) highest[rows[p]] = losses[p];
            return [.. Enumerable.Range(0, rows.Length).Where(p => !Broken(p)).Select(p => rows[p])];
        }
    }

    /// <summary>Evenly from -most to most, both included.</summary>
    static IEnumerable<double> Points(double most, int count) =>
        count == 1 ? [0] : Enumerable.Range(0, count).Select(i => most * (2.0 * i / (count - 1) - 1));
}
