using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu;

/// <summary>
/// Exponentials of one row of logits, less its largest. Rows are copied before padding of minus infinity, so that all lie alike.
/// </summary>
readonly unsafe ref struct SoftmaxRows(int classes, float* scratch)
{
    readonly int _padded = (classes + 15) & ~15;

    public static int Scratch(int classes) => (classes + 15) & ~15;

    /// <summary>Weight i is exp(logit i - largest); with their sum, logsumexp = largest + log(sum).</summary>
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

    /// <summary>The sum of the weights in float32, by halves: the order of PyTorch's vector kernels, and the same for every instruction set.</summary>
    public float FloatSum()
    {
        var lanes = Vector512<float>.Zero;
        for (var i = 0; i < _padded; i += 16) lanes += Vector512.Load(scratch + i);
        var eight = lanes.GetLower() + lanes.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
