using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>
/// Inspects a trained network: looks for the smallest patch that takes clean images to each class, and flags the classes whose patch is
/// far smaller than the others'. It changes no answer; measured by the anomaly index of the target, which above 2 is flagged.
/// </summary>
/// <param name="clean">Clean samples that the defender holds, as a share of the training set: from those that training leaves
/// aside.</param>
/// <param name="epochs">Passes over the clean samples for each class.</param>
/// <param name="batch">Samples a step.</param>
/// <param name="success">Share of the samples that the patch must take to the class; above it the patch is made smaller, below it is let
/// grow.</param>
/// <remarks>Wang et al., "Neural Cleanse", IEEE S and P 2019.</remarks>
[Named("neural-cleanse"), Cites("wang2019neural")]
public sealed class NeuralCleanse(
    [Range(0, 1, MinimumIsExclusive = true)] double clean = 0.05,
    [Range(1, 100_000)] int epochs = 40,
    [Range(1, 100_000)] int batch = 64,
    [Range(0, 1)] double success = 0.98) : Defense
{
    const double FirstWeight = 1e-3;
    const int Patience = 3;
    const double Grow = 1.5;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => CleanShare.Objection("neural-cleanse", clean, data, samples);

    /// <summary>How far the smallest patch of each class lies below the median, in robust standard deviations; a class above 2 is
    /// flagged.</summary>
    /// <param name="network">The network that is inspected.</param>
    /// <param name="shape">The shape of its images.</param>
    /// <param name="classes">The number of classes that it tells apart.</param>
    /// <param name="reserve">Clean samples that are not trained on.</param>
    /// <param name="trained">The number of samples that it was trained on.</param>
    /// <param name="seed">The seed of the order of samples and of where the patches start.</param>
    /// <param name="report">Gets a line for each class.</param>
    /// <param name="ct">Ends the work early; it is looked at before every step.</param>
    public double[] Anomalies(
        Network network, ImageShape shape, int classes, Samples? reserve, int trained, ulong seed,
        Action<string> report, CancellationToken ct)
    {
        var known = CleanShare.Of(reserve, clean, trained);
        var sizes = Enumerable.Range(0, classes).Select(c =>
        {
            report($"neural cleanse: class {c} of {classes}");
            return Smallest(network, shape, known, c, seed, ct);
        }).ToArray();
        return AnomalyIndex(sizes);
    }

    /// <summary>How far each size lies below the median, in units of 1.4826 times the median distance from it; negative above the
    /// median.</summary>
    internal static double[] AnomalyIndex(double[] sizes)
    {
        var middle = Median(sizes);
        var deviation = 1.4826 * Median(Array.ConvertAll(sizes, s => Math.Abs(s - middle)));
        return Array.ConvertAll(sizes, s => deviation == 0 ? 0 : (middle - s) / deviation);
    }

    static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The sum of the mask of the smallest patch found that succeeds; of the last patch if none does.</summary>
    double Smallest(Network network, ImageShape shape, Samples known, int to, ulong seed, CancellationToken ct)
    {
        var device = network.Device;
        using var memory = device.Scope();
        var draws = new PhiloxStream(seed, "neural cleanse", (ulong)to);
        Tensor mask = Start([1, 1, shape.Height, shape.Width]), pattern = Start([1, shape.Channels, shape.Height, shape.Width]);
        var advance = new Adam(0.1, 0.5, 0.9).Begin([mask, pattern]);
        var batches = new Batches(known, shape, device);
        var (weight, above, below, least, last) = (FirstWeight, 0, 0, double.PositiveInfinity, 0.0);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var reached = 0;
            foreach (var block in draws.Permutation(known.Count).Chunk(batch))
            {
                ct.ThrowIfCancellationRequested();
                using var temporaries = device.Scope();
                var (tape, m, p) = (new Tape(device), Tape.Watch(mask), Tape.Watch(pattern));
                var (seen, shown) = (Unit(tape, m), Unit(tape, p));
                var images = Tape.Constant(batches.Take(block).Images);
                var stamped = tape.Plus(images, tape.Times(seen, tape.Minus(shown, images)));
                var logits = network.Logits(tape, stamped);
                var loss = tape.CrossEntropy(logits, device.Full([block.Length], to));
                var size = tape.SumRows(tape.Reshape(seen, [1, shape.Height * shape.Width]));
                var mean = tape.SumRows(tape.Reshape(tape.Affine(loss, 1f / block.Length, 0), [1, block.Length]));
                advance(tape.Gradients(tape.Add(mean, tape.Affine(size, (float)weight, 0)), [m, p]), 1);
                reached += device.ArgMax(logits.Value).ToArray().Count(c => c == to);
                last = size.Value.ToArray()[0];
            }

            var enough = reached >= success * known.Count;
            if (enough) least = Math.Min(least, last);
            (above, below) = enough ? (above + 1, 0) : (0, below + 1);
            if (above == Patience) (weight, above) = (weight * Grow, 0);
            if (below == Patience) (weight, below) = (weight / Math.Pow(Grow, 1.5), 0);
        }

        return double.IsFinite(least) ? least : last;

        Tensor Start(Shape of)
        {
            var values = new float[of.Count];
            draws.FillNormal(values, 0, 0.1f);
            return device.Upload(values, of);
        }
    }

    static Variable Unit(Tape tape, Variable a) => tape.Affine(tape.Tanh(a), 0.5f, 0.5f);
}
