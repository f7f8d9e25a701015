using Grid.Compute.Cpu.Gemm;

namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    /// <inheritdoc/>
    public override Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        var replicas = Replicated(a.Shape, 2);
        Require(Replicated(b.Shape, 2) == replicas && a.Shape.Rank == b.Shape.Rank, $"{a.Shape} and {b.Shape} do not multiply.");
        var (left, right) = (One(a.Shape, 2), One(b.Shape, 2));
        var (m, k) = transposeA ? (left[1], left[0]) : (left[0], left[1]);
        var (inner, n) = transposeB ? (right[1], right[0]) : (right[0], right[1]);
        Require(k == inner, $"{a.Shape} and {b.Shape} do not multiply.");
        var result = Make(As(a.Shape, [m, n]));
        for (var r = 0; r < replicas; r++)
        {
            var x = new Matrix(Own(a).Start + (nint)r * left.Count, left[1], 1);
            var y = new Matrix(Own(b).Start + (nint)r * right.Count, right[1], 1);
            _kernels.Multiply(this, transposeA ? x.Transposed : x, transposeB ? y.Transposed : y, result.Start + (nint)r * m * n, m, k, n);
        }

        return result;
    }

    /// <summary>The number of replicas that a shape holds of something with the given number of axes.</summary>
    static int Replicated(Shape shape, int rank)
    {
        Require(shape.Rank == rank || shape.Rank == rank + 1, $"{shape} has neither {rank} axes nor one more for replicas.");
        return shape.Rank == rank ? 1 : shape[0];
    }

    static Shape One(Shape shape, int rank) => shape.Rank == rank ? shape : shape.Row;

    /// <summary>The shape of one replica, with a replica axis if the other shape has one.</summary>
    static Shape As(Shape other, Shape one) => other.Rank == one.Rank ? one : one.Times(other[0]);

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor a)
    {
        Require(a.Shape.Rank >= 2, $"{a.Shape} has no two axes to swap.");
        var axes = new int[a.Shape.Rank];
        for (var i = 0; i < axes.Length; i++) axes[i] = a.Shape[i];
        var (rows, columns) = (axes[^2], axes[^1]);
        (axes[^2], axes[^1]) = (columns, rows);
        var result = Make(Shape.From(axes));
        var plane = (nint)rows * columns;
        float* x = Own(a).Start, y = result.Start;
        for (var done = (nint)0; done < a.Shape.Count; done += plane) Transposition.Copy(x + done, columns, y + done, rows, rows, columns);
        return result;
    }
}
