using Grid.Compute;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Sweeps.Statistics;

namespace Grid.Lab.Defenses.Smoothing;

/// <summary>
/// A classifier that lets noisy copies of its input vote. It answers with the class of most votes if they are significantly more than the
/// second's, and else declines.
/// </summary>
/// <param name="network">The network that casts the votes.</param>
/// <param name="sigma">The standard deviation of the noise.</param>
/// <param name="votes">The number of noisy copies that an answer is found from.</param>
/// <param name="alpha">The chance that an answer is wrong about which class is the likelier of the two.</param>
/// <param name="seed">The seed that draws are keyed by, beside the image.</param>
sealed class SmoothedClassifier(Classifier network, double sigma, int votes, double alpha, ulong seed) : Classifier(network.Device)
{
    /// <summary>The number of draws that an attacker averages over, as many as in AutoAttack's version for randomised defenses.</summary>
    const int Expectation = 20;

    readonly GaussianDraws _votes = new(seed, "smoothing vote", sigma);
    readonly GaussianDraws _attack = new(seed, "smoothing gradient", sigma);

    public override bool Random => true;

    /// <summary>The logarithm of the mean of the noisy copies' softmax; its cross-entropy is the loss that Salman et al. (NeurIPS 2019,
    /// equation 6) attack. It is computed draw by draw, so that memory does not grow with their number.</summary>
    public override Variable Logits(Tape tape, Variable images)
    {
        var device = Device;
        var rows = GaussianDraws.ByContent(images.Value);
        Tensor? sum = null;
        for (var i = 0; i < Expectation; i++)
        {
            using var scope = device.Scope();
            var p = device.Softmax(network.Logits(new Tape(device), Tape.Constant(_attack.Add(images.Value, rows, i))).Value);
            if (sum is null) sum = scope.Keep(p);
            else device.CopyInto(sum, device.Combine(Binary.Add, sum, p));
        }

        // Away from 0, whose logarithm has no gradient.
        var mean = device.Clamp(device.Affine(sum!, 1f / Expectation, 0), 1e-30f, 1);
        return tape.Record(device.Apply(Unary.Log, mean), [images],
            g => tape.Pass(images, () => Gradient(images.Value, rows, device.Combine(Binary.Divide, g, mean))));
    }

    /// <summary>The gradient by the images, summed over all draws.</summary>
    /// <param name="images">The images to be classified.</param>
    /// <param name="rows">The stream of each row.</param>
    /// <param name="g">The gradient with respect to the mean softmax.</param>
    Tensor Gradient(Tensor images, ulong[] rows, Tensor g)
    {
        var device = Device;
        var sum = device.Zeros(images.Shape);
        for (var i = 0; i < Expectation; i++)
        {
            using var scope = device.Scope();
            var tape = new Tape(device);
            var x = Tape.Watch(_attack.Add(images, rows, i));
            var logits = network.Logits(tape, x);
            // Softmax backwards: p (g - sum of p g).
            var p = device.Softmax(logits.Value);
            var weighted = device.Combine(Binary.Multiply, p, g);
            var seed = device.Combine(Binary.Subtract, weighted, device.ScaleRows(p, device.SumRows(weighted)));
            device.CopyInto(sum, device.AddScaled(sum, tape.Gradient(logits, x, seed), 1f / Expectation));
        }

        return sum;
    }

    public override Tensor Predict(Tensor images)
    {
        var rows = GaussianDraws.ByContent(images);
        var counts = Count(_votes, images, rows, votes, _ => { });
        return Device.Upload(Array.ConvertAll(counts, c => (float)Answer(c)), [counts.Length]);
    }

    /// <summary>How often each class is chosen for each row: [row][class]. As many draws are put to the network at once as fill the rows of
    /// the device, and half as many when memory runs out.</summary>
    /// <param name="step">Gets the number of the draw, before every draw.</param>
    public int[][] Count(GaussianDraws noise, Tensor images, ulong[] rows, int draws, Action<int> step)
    {
        int[][]? counts = null;
        var atOnce = Math.Max(1, Device.Rows / rows.Length);
        for (int first = 0, some; first < draws; first += some)
        {
            some = Math.Min(atOnce, draws - first);
            for (var i = first; i < first + some; i++) step(i);
            try
            {
                using var scope = Device.Scope();
                var logits = network.Logits(new Tape(Device), Tape.Constant(noise.Add(images, rows, first, some))).Value;
                var chosen = Device.ArgMax(logits).ToArray();
                counts ??= [.. rows.Select(_ => new int[logits.Shape[1]])];
                for (var row = 0; row < chosen.Length; row++) counts[row % rows.Length][(int)chosen[row]]++;
            }
            catch (OutOfMemoryException) when (some > 1)
            {
                (atOnce, some) = ((some + 1) / 2, 0);
            }
        }

        return counts!;
    }

    /// <summary>Answers by algorithm PREDICT of Cohen et al.</summary>
    int Answer(int[] counts)
    {
        var first = Array.IndexOf(counts, counts.Max());
        var second = counts.Where((_, i) => i != first).Max();
        return Intervals.FairCoin(counts[first], counts[first] + second) <= alpha ? first : -1;
    }
}
