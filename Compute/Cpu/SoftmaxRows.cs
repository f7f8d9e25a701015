using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu;

/// <summary>
/// Softmax of one row in double precision, less its largest logit. Rows are copied behind padding of minus infinity, so that all lie alike.
/// </summary>
readonly unsafe ref struct SoftmaxRows(int classes, float* scratch)
{
    readonly int _padded = (classes + 15) & ~15;

    /// <summary>Floats of scratch: the row, and the exponentials in double precision.</summary>
    public static int Scratch(int classes) => 3 * ((classes + 15) & ~15);

    /// <summary>Weight i is exp(logit i - largest); with their sum, logsumexp = largest + log(sum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (double Largest, double Sum) Weigh(float* logits)
    {
        var row = new Span<float>(scratch, _padded);
        row.Fill(float.NegativeInfinity);
        new ReadOnlySpan<float>(logits, classes).CopyTo(row);
        var highest = Vector512.Load(scratch);
        for (var i = 16; i < _padded; i += 16) highest = Vector512.Max(highest, Vector512.Load(scratch + i));
        var largest = float.NegativeInfinity;
        for (var i = 0; i < 16; i++) largest = MathF.Max(largest, highest[i]);
        var shift = Vector512.Create((double)largest);
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < _padded; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(scratch + i));
            low = Vector512.Exp(low - shift);
            high = Vector512.Exp(high - shift);
            low.Store(Weights + i);
            high.Store(Weights + i + 8);
            sum += low;
            sum += high;
        }

        return (largest, Vector512.Sum(sum));
    }

    public double* Weights => (double*)(scratch + _padded);
}
