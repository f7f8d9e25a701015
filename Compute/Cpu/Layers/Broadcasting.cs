using System.Numerics.Tensors;

namespace Grid.Compute.Cpu.Layers;

/// <summary>How two tensors meet when axes of length 1 are repeated: the axes of the result, and how far one step along each leads in
/// either tensor, which is 0 where it is repeated. Neighbouring axes that both tensors treat alike are one.</summary>
sealed class Broadcasting
{
    public Broadcasting(Shape result, Shape a, Shape b)
    {
        var (axes, left, right) = (new List<int>(), new List<int>(), new List<int>());
        var (stepA, stepB) = (1, 1);
        for (var i = 1; i <= result.Rank; i++)
        {
            var (length, lengthA, lengthB) = (result[^i], i <= a.Rank ? a[^i] : 1, i <= b.Rank ? b[^i] : 1);
            if (length == 1) continue;
            var (strideA, strideB) = (lengthA == 1 ? 0 : stepA, lengthB == 1 ? 0 : stepB);
            stepA *= lengthA;
            stepB *= lengthB;
            // The axis before this one goes on where it ends.
            if (axes.Count > 0 && strideA == left[0] * axes[0] && strideB == right[0] * axes[0])
            {
                axes[0] *= length;
                continue;
            }

            axes.Insert(0, length);
            left.Insert(0, strideA);
            right.Insert(0, strideB);
        }

        if (axes.Count == 0) (axes, left, right) = ([1], [1], [1]);
        (Inner, InnerA, InnerB) = (axes[^1], left[^1], right[^1]);
        (_axes, _left, _right) = ([.. axes[..^1]], [.. left[..^1]], [.. right[..^1]]);
        Runs = _axes.Aggregate(1, (count, length) => count * length);
    }

    readonly int[] _axes, _left, _right;

    /// <summary>The length of the last axis; a step along it is 1 or 0.</summary>
    public int Inner { get; }

    public int InnerA { get; }

    public int InnerB { get; }

    /// <summary>How often the last axis is walked along.</summary>
    public int Runs { get; }

    /// <summary>The places at which each run begins in a and b.</summary>
    public IEnumerable<(int A, int B)> Starts()
    {
        var at = new int[_axes.Length];
        var (a, b) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            yield return (a, b);
            for (var axis = at.Length - 1; axis >= 0; axis--)
            {
                a += _left[axis];
                b += _right[axis];
                if (++at[axis] < _axes[axis]) break;
                a -= _left[axis] * _axes[axis];
                b -= _right[axis] * _axes[axis];
                at[axis] = 0;
            }
        }
    }

    public void Combine(Binary operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
    {
        var target = 0;
        foreach (var (i, j) in Starts())
        {
            var run = result.Slice(target, Inner);
            target += Inner;
            if (InnerA == 0 && InnerB == 0) Run(operation, a[i], b[j], run);
            else if (InnerA == 0) Run(operation, a[i], b.Slice(j, Inner), run);
            else if (InnerB == 0) Run(operation, a.Slice(i, Inner), b[j], run);
            else Run(operation, a.Slice(i, Inner), b.Slice(j, Inner), run);
        }
    }

    static void Run(Binary operation, float x, float z, Span<float> y)
    {
        Run(operation, x, new ReadOnlySpan<float>(in z), y[..1]);
        y.Fill(y[0]);
    }

    static void Run(Binary operation, ReadOnlySpan<float> x, ReadOnlySpan<float> z, Span<float> y)
    {
        switch (operation)
        {
            case Binary.Add: TensorPrimitives.Add(x, z, y); break;
            case Binary.Subtract: TensorPrimitives.Subtract(x, z, y); break;
            case Binary.Multiply: TensorPrimitives.Multiply(x, z, y); break;
            case Binary.Divide: TensorPrimitives.Divide(x, z, y); break;
            case Binary.Minimum: TensorPrimitives.Min(x, z, y); break;
            case Binary.Maximum: TensorPrimitives.Max(x, z, y); break;
            default:
                for (var i = 0; i < y.Length; i++) y[i] = Compare(operation, x[i], z[i]);
                break;
        }
    }

    static void Run(Binary operation, ReadOnlySpan<float> x, float z, Span<float> y)
    {
        switch (operation)
        {
            case Binary.Add: TensorPrimitives.Add(x, z, y); break;
            case Binary.Subtract: TensorPrimitives.Subtract(x, z, y); break;
            case Binary.Multiply: TensorPrimitives.Multiply(x, z, y); break;
            case Binary.Divide: TensorPrimitives.Divide(x, z, y); break;
            case Binary.Minimum: TensorPrimitives.Min(x, z, y); break;
            case Binary.Maximum: TensorPrimitives.Max(x, z, y); break;
            default:
                for (var i = 0; i < y.Length; i++) y[i] = Compare(operation, x[i], z);
                break;
        }
    }

    static void Run(Binary operation, float x, ReadOnlySpan<float> z, Span<float> y)
    {
        switch (operation)
        {
            case Binary.Subtract: TensorPrimitives.Subtract(x, z, y); break;
            case Binary.Divide: TensorPrimitives.Divide(x, z, y); break;
            case Binary.Greater:
                for (var i = 0; i < y.Length; i++) y[i] = Compare(operation, x, z[i]);
                break;
            default: Run(operation, z, x, y); break;
        }
    }

    static float Compare(Binary operation, float x, float z) => operation switch
    {
        Binary.Equal => x == z ? 1 : 0,
        Binary.Greater => x > z ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
