namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    public override Tensor ScaleRows(Tensor a, Tensor rows)
    {
        RequireRows(rows, a.Shape.Rows);
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span, s = Own(rows).Span;
        var y = result.Span;
        var size = a.Shape.RowSize;
        for (var i = 0; i < y.Length; i++) y[i] = x[i] * s[i / size];
        return result;
    }

    public override Tensor AddToRows(Tensor a, Tensor vector)
    {
        RequireRows(vector, a.Shape.Count == 0 ? vector.Shape.Count : a.Shape.RowSize);
        var result = Make(a.Shape);
        ReadOnlySpan<float> x = Own(a).Span, v = Own(vector).Span;
        var y = result.Span;
        for (var i = 0; i < y.Length; i++) y[i] = x[i] + v[i % v.Length];
        return result;
    }

    public override Tensor SumRows(Tensor a)
    {
        var result = Make([a.Shape.Rows]);
        ReadOnlySpan<float> x = Own(a).Span;
        var y = result.Span;
        var size = a.Shape.RowSize;
        for (var r = 0; r < y.Length; r++)
        {
            var sum = 0f;
            foreach (var value in x.Slice(r * size, size)) sum += value;
            y[r] = sum;
        }

        return result;
    }

    public override Tensor SumColumns(Tensor a)
    {
        RequireMatrix(a);
        var result = Make([a.Shape[1]]);
        ReadOnlySpan<float> x = Own(a).Span;
        var y = result.Span;
        y.Clear();
        for (var i = 0; i < x.Length; i++) y[i % y.Length] += x[i];
        return result;
    }

    public override Tensor ArgMax(Tensor a)
    {
        RequireMatrix(a);
        var result = Make([a.Shape[0]]);
        ReadOnlySpan<float> x = Own(a).Span;
        var y = result.Span;
        var size = a.Shape[1];
        for (var r = 0; r < y.Length; r++)
        {
            var best = 0;
            for (var i = 1; i < size; i++)
                if (x[r * size + i] > x[r * size + best]) best = i;
            y[r] = best;
        }

        return result;
    }

    public override Tensor Softmax(Tensor logits)
    {
        RequireMatrix(logits);
        var result = Make(logits.Shape);
        ReadOnlySpan<float> x = Own(logits).Span;
        var y = result.Span;
        var size = logits.Shape[1];
        for (var r = 0; r < logits.Shape[0]; r++) SoftmaxRow(x.Slice(r * size, size), y.Slice(r * size, size));
        return result;
    }

    static double SoftmaxRow(ReadOnlySpan<float> x, Span<float> y)
    {
        var highest = float.NegativeInfinity;
        foreach (var value in x) highest = MathF.Max(highest, value);
        var sum = 0.0;
        foreach (var value in x) sum += Math.Exp(value - highest);
        if (y.Length > 0)
            for (var i = 0; i < x.Length; i++) y[i] = (float)(Math.Exp(x[i] - highest) / sum);
        return highest + Math.Log(sum);
    }

    public override Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape[0]);
        var result = Make([logits.Shape[0]]);
        ReadOnlySpan<float> x = Own(logits).Span, l = Own(labels).Span;
        var y = result.Span;
        var size = logits.Shape[1];
        for (var r = 0; r < y.Length; r++) y[r] = (float)(SoftmaxRow(x.Slice(r * size, size), []) - x[r * size + (int)l[r]]);
        return result;
    }

    public override Tensor CrossEntropyGradient(Tensor gradient, Tensor logits, Tensor labels)
    {
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape[0]);
        RequireRows(gradient, logits.Shape[0]);
        var result = Make(logits.Shape);
        ReadOnlySpan<float> x = Own(logits).Span, l = Own(labels).Span, g = Own(gradient).Span;
        var size = logits.Shape[1];
        for (var r = 0; r < logits.Shape[0]; r++)
        {
            var y = result.Span.Slice(r * size, size);
            SoftmaxRow(x.Slice(r * size, size), y);
            y[(int)l[r]] -= 1;
            for (var i = 0; i < size; i++) y[i] *= g[r];
        }

        return result;
    }

    public override Tensor GatherRows(Tensor a, ReadOnlySpan<int> rows)
    {
        Require(a.Shape.Rank > 0, $"{a.Shape} has no rows.");
        var result = Make(a.Shape.WithRows(rows.Length));
        var size = a.Shape.RowSize;
        for (var i = 0; i < rows.Length; i++) Own(a).Span.Slice(rows[i] * size, size).CopyTo(result.Span[(i * size)..]);
        return result;
    }

    public override void ScatterRowsInto(Tensor target, ReadOnlySpan<int> rows, Tensor values)
    {
        Require(target.Shape.WithRows(rows.Length).Equals(values.Shape), $"{rows.Length} rows of {target.Shape} are not {values.Shape}.");
        var size = target.Shape.RowSize;
        for (var i = 0; i < rows.Length; i++) Own(values).Span.Slice(i * size, size).CopyTo(Own(target).Span.Slice(rows[i] * size, size));
    }

    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        Require(parts.Length > 0, $"Nothing to stack.");
        var rows = 0;
        foreach (var part in parts)
        {
            Require(part.Shape.Rank > 0 && part.Shape.WithRows(0).Equals(parts[0].Shape.WithRows(0)), $"{part.Shape} does not stack on {parts[0].Shape}.");
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
