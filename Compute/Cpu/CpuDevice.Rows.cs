using System.Numerics.Tensors;
using Grid.Compute.Cpu.Elementwise;

namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    /// <inheritdoc/>
    public override Tensor ScaleRows(Tensor a, Tensor rows)
    {
        RequireRows(rows, a.Shape.Rows);
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span, scales = Own(rows).Span;
        var size = a.Shape.RowSize;
        for (var row = 0; row < scales.Length; row++)
            TensorPrimitives.Multiply(x.Slice(row * size, size), scales[row], result.Span.Slice(row * size, size));
        return result;
    }

    /// <inheritdoc/>
    public override Tensor AddToRows(Tensor a, Tensor vector)
    {
        var (replicas, one) = (Replicated(a.Shape, 2), One(a.Shape, 2));
        Require(vector.Shape.Equals(a.Shape.Rank == 2 ? [one[1]] : [replicas, one[1]]), $"{vector.Shape} is no row of {a.Shape}.");
        var result = Make(a.Shape);
        for (var r = 0; r < replicas; r++)
            RowLoops.AddTo(Own(a).Start + (nint)r * one.Count, Own(vector).Start + (nint)r * one[1],
                result.Start + (nint)r * one.Count, one[0], one[1]);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor SumRows(Tensor a)
    {
        var result = Make([a.Shape.Rows]);
        RowLoops.Sum(Own(a).Start, result.Start, a.Shape.Rows, a.Shape.RowSize);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor MaxRows(Tensor a)
    {
        Require(a.Shape.RowSize > 0 || a.Shape.Rows == 0, $"A row of {a.Shape} has no largest entry.");
        var result = Make([a.Shape.Rows]);
        ReadOnlySpan<float> x = Own(a).Span;
        for (var row = 0; row < a.Shape.Rows; row++)
            result.Span[row] = TensorPrimitives.Max(x.Slice(row * a.Shape.RowSize, a.Shape.RowSize));
        return result;
    }

    /// <inheritdoc/>
    public override Tensor SumColumns(Tensor a)
    {
        var (replicas, one) = (Replicated(a.Shape, 2), One(a.Shape, 2));
        var result = Make(a.Shape.Rank == 2 ? [one[1]] : [replicas, one[1]]);
        for (var r = 0; r < replicas; r++)
            RowLoops.SumColumns(Own(a).Start + (nint)r * one.Count, result.Start + (nint)r * one[1], one[0], one[1]);
        return result;
    }

    /// <summary>The index of the largest entry of each row. NaN counts as the largest, as in PyTorch.</summary>
    public override Tensor ArgMax(Tensor a)
    {
        RequireMatrix(a);
        var result = Make([a.Shape[0]]);
        var x = Own(a).Start;
        var size = a.Shape[1];
        foreach (ref var index in result.Span)
        {
            var best = 0;
            for (var i = 1; i < size; i++)
                if (x[i] > x[best] || (float.IsNaN(x[i]) && !float.IsNaN(x[best]))) best = i;
            index = best;
            x += size;
        }

        return result;
    }

    /// <inheritdoc/>
    public override Tensor Softmax(Tensor logits)
    {
        RequireMatrix(logits);
        var result = Make(logits.Shape);
        var (n, k) = (logits.Shape[0], logits.Shape[1]);
        float* x = Own(logits).Start, y = result.Start;
        using var scratch = Pool.Rent(SoftmaxRows.Scratch(k));
        var rows = new SoftmaxRows(k, scratch.Start);
        for (var row = 0; row < n; row++, x += k, y += k)
        {
            var (_, sum) = rows.Weigh(x);
            for (var i = 0; i < k; i++) y[i] = (float)(rows.Weights[i] / sum);
        }

        return result;
    }

    /// <inheritdoc/>
    public override Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        var l = Labels(logits, labels);
        var result = Make([logits.Shape[0]]);
        var (n, k) = (logits.Shape[0], logits.Shape[1]);
        float* x = Own(logits).Start, y = result.Start;
        using var scratch = Pool.Rent(SoftmaxRows.Scratch(k));
        var rows = new SoftmaxRows(k, scratch.Start);
        for (var row = 0; row < n; row++, x += k)
        {
            var (largest, sum) = rows.Weigh(x);
            y[row] = (float)(Math.Log(sum) + ((double)largest - x[(int)l[row]]));
        }

        return result;
    }

    /// <inheritdoc/>
    public override Tensor CrossEntropyGradient(Tensor gradient, Tensor logits, Tensor labels)
    {
        var l = Labels(logits, labels);
        RequireRows(gradient, logits.Shape[0]);
        var result = Make(logits.Shape);
        var (n, k) = (logits.Shape[0], logits.Shape[1]);
        float* x = Own(logits).Start, g = Own(gradient).Start, y = result.Start;
        using var scratch = Pool.Rent(SoftmaxRows.Scratch(k));
        var rows = new SoftmaxRows(k, scratch.Start);
        for (var row = 0; row < n; row++, x += k, y += k)
        {
            rows.Share(x, rows.Weigh(x).Largest);
            rows.Weights[(int)l[row]] -= 1;
            for (var i = 0; i < k; i++) y[i] = g[row] * rows.Weights[i];
        }

        return result;
    }

    ReadOnlySpan<float> Labels(Tensor logits, Tensor labels)
    {
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape[0]);
        ReadOnlySpan<float> l = Own(labels).Span;
        foreach (var label in l) Require(label >= 0 && label < logits.Shape[1], $"No class {label} among {logits.Shape[1]}.");
        return l;
    }

    /// <inheritdoc/>
    public override Tensor GatherRows(Tensor a, ReadOnlySpan<int> rows)
    {
        Require(a.Shape.Rank > 0, $"{a.Shape} has no rows.");
        var result = Make(a.Shape.WithRows(rows.Length));
        var size = a.Shape.RowSize;
        for (var i = 0; i < rows.Length; i++) Own(a).Span.Slice(rows[i] * size, size).CopyTo(result.Span[(i * size)..]);
        return result;
    }

    /// <inheritdoc/>
    public override void ScatterRowsInto(Tensor target, ReadOnlySpan<int> rows, Tensor values)
    {
        Require(target.Shape.WithRows(rows.Length).Equals(values.Shape), $"{rows.Length} rows of {target.Shape} are not {values.Shape}.");
        var size = target.Shape.RowSize;
        for (var i = 0; i < rows.Length; i++) Own(values).Span.Slice(i * size, size).CopyTo(Own(target).Span.Slice(rows[i] * size, size));
    }

    /// <inheritdoc/>
    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        Require(parts.Length > 0, $"Nothing to stack.");
        var rows = 0;
        foreach (var part in parts)
        {
            Require(part.Shape.Rank > 0 && part.Shape.WithRows(0).Equals(parts[0].Shape.WithRows(0)),
                $"{part.Shape} does not stack on {parts[0].Shape}.");
            rows += part.Shape[0];
        }

        var result = Make(parts[0].Shape.WithRows(rows));
        var rest = result.Span;
        foreach (var part in parts)
        {
            Own(part).Span.CopyTo(rest);
            rest = rest[part.Shape.Count..];
        }

        return result;
    }

    static void RequireMatrix(Tensor a) => Require(a.Shape.Rank == 2, $"{a.Shape} is not a matrix.");

    static void RequireRows(Tensor vector, int length) =>
        Require(vector.Shape.Rank == 1 && vector.Shape[0] == length, $"{vector.Shape} is not a vector of {length}.");
}
