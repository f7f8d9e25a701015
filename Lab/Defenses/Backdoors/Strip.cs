using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>
/// Detects images with a trigger by laying clean images over them: if the network stays sure of its answer whatever lies above, something
/// else than the image speaks. Measured by its true positive rate at fixed false positive rates; it changes no answer.
/// </summary>
/// <param name="overlays">Clean images laid over each image.</param>
/// <param name="alpha">How much of an overlay is added; sums are clipped to [0, 1].</param>
/// <param name="clean">Clean samples that the defender holds, as a share of the training set: from those that training leaves aside.</param>
/// <remarks>Gao et al., "STRIP: a defence against trojan attacks on deep neural networks", ACSAC 2019.</remarks>
[Named("strip"), Cites("gao2019strip")]
public sealed class Strip(
    [Range(1, 10_000)] int overlays = 64,
    [Range(0, 1, MinimumIsExclusive = true)] double alpha = 1,
    [Range(0, 1, MinimumIsExclusive = true)] double clean = 0.05) : InputDetector
{
    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => CleanShare.Objection("strip", clean, data, samples);

    /// <inheritdoc/>
    public override double Clean => clean;

    /// <inheritdoc/>
    public override double[] Suspicion(Classifier network, Batch batch, Samples reserve, ulong seed, CancellationToken ct)
    {
        var (device, size) = (network.Device, batch.Images.Shape.RowSize);
        var (images, mixed) = (batch.Images.ToArray(), new float[overlays * size]);
        return [.. Enumerable.Range(0, batch.Count).Select(One)];

        double One(int row)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = device.Scope();
            var draws = new PhiloxStream(seed, "strip overlays", (ulong)batch.Samples.Span[row]);
            for (var k = 0; k < overlays; k++)
            {
                var target = mixed.AsSpan(k * size, size);
                var overlay = reserve.Inputs.AsSpan(draws.NextInt(reserve.Count) * size, size);
                TensorPrimitives.MultiplyAdd(overlay, (float)alpha, images.AsSpan(row * size, size), target);
                TensorPrimitives.Min(target, 1f, target);
            }

            var logits = network.Logits(new Tape(device), Tape.Constant(device.Upload(mixed, batch.Images.Shape.WithRows(overlays)))).Value;
            return -device.Softmax(logits).ToArray().Sum(p => p > 0 ? -p * Math.Log(p) : 0) / overlays;
        }
    }
}
