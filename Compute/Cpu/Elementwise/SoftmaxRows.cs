using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>Exponentials of one row of logits, less its largest. A row is copied before padding of minus infinity, so that all rows are
/// computed alike.</summary>
readonly unsafe ref struct SoftmaxRows(int classes, float* scratch)
{
    readonly int _padded = (classes + 15) & ~15;

    public static int Scratch(int classes) => (classes + 15) & ~15;

    /// <summary>Writes the weights exp(logit - largest) and returns their sum: logsumexp is largest + log(sum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (float Largest, double Sum) Weigh(float* logits)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < classes; i++)
        {
            scratch[i] = logits[i];
            largest = MathF.Max(largest, logits[i]);
        }

        for (var i = classes; i < _padded; i++) scratch[i] = float.NegativeInfinity;
        var shift = Vector512.Create(largest);
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < _padded; i += 16)
        {
            var x = Vector512.Load(scratch + i);
            var difference = x - shift;
            // What rounding took from the difference (Dekker), else a large difference would cost accuracy in its exponential.
            var back = difference - x;
            var rest = x - (difference - back) - (shift + back);
            var weight = Transcendental.Exp(difference);
            weight = Vector512.ConditionalSelect(Vector512.Equals(rest, rest), weight + weight * rest, weight);
            weight.Store(scratch + i);
            var (low, high) = Vector512.Widen(weight);
            sum += low + high;
        }

        return (largest, Vector512.Sum(sum));
    }

    public float* Weights => scratch;

    /// <summary>
    /// Replaces the weights by exp(log softmax), every step in single precision and the sum in order, as PyTorch differentiates its cross
    /// entropy. Where the label is nearly certain, 1 - p is then a multiple of 2^-24 and may vanish. Attacks feel that: with the exact
    /// value FGSM breaks a few images more than published, so this stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Share(float* logits, float largest)
    {
        var sum = 0f;
        for (var i = 0; i < classes; i++) sum += scratch[i];
        var logarithm = (float)Math.Log(sum);
        for (var i = 0; i < classes; i++) scratch[i] = logits[i] - largest - logarithm;
        for (var i = 0; i < _padded; i += 16) Transcendental.Exp(Vector512.Load(scratch + i)).Store(scratch + i);
    }
}
