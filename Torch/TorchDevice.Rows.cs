using System.Runtime.InteropServices;
using Grid.Compute;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    /// <inheritdoc/>
    public override Tensor ScaleRows(Tensor a, Tensor rows)
    {
        RequireRows(rows, a.Shape.Rows);
        if (RowKernels is { } own && a.Shape.Count > 0)
        {
            var result = Make(a.Shape);
            own.ScaleRows(At(a), At(rows), result.Address, a.Shape.Rows, a.Shape.RowSize);
            return result;
        }

        return Run(a.Shape, () => Value(a).mul(Column(rows, a.Shape)));
    }

    /// <inheritdoc/>
    public override Tensor AddToRows(Tensor a, Tensor vector)
    {
        RequireMatrices(a);
        RequireShape(vector, Row(a.Shape));
        return Run(a.Shape, () => Value(a).add(Value(vector).unsqueeze(-2)));
    }

    /// <inheritdoc/>
    public override Tensor SumRows(Tensor a) => Run([a.Shape.Rows], () => Value(a).view(a.Shape.Rows, a.Shape.RowSize).sum(dim: 1));

    /// <inheritdoc/>
    public override Tensor MaxRows(Tensor a) => Run([a.Shape.Rows], () => Value(a).view(a.Shape.Rows, a.Shape.RowSize).amax([1]));

    /// <inheritdoc/>
    public override Tensor SumColumns(Tensor a)
    {
        RequireMatrices(a);
        if (RowKernels is { } rows && a.Shape.Count > 0)
        {
            var result = Make(Row(a.Shape));
            var replicas = a.Shape.Rank == 3 ? a.Shape[0] : 1;
            var columns = result.Shape.Count / replicas;
            rows.SumColumns(At(a), result.Address, replicas, a.Shape.Count / result.Shape.Count, columns);
            return result;
        }

        return Run(Row(a.Shape), () => Value(a).sum(dim: -2));
    }

    /// <inheritdoc/>
    public override Tensor ArgMax(Tensor a)
    {
        RequireMatrix(a);
        return Run([a.Shape[0]], () => Value(a).argmax(1).to(torch.ScalarType.Float32));
    }

    /// <inheritdoc/>
    public override Tensor Softmax(Tensor logits)
    {
        RequireMatrix(logits);
        return Run(logits.Shape, () => Value(logits).softmax(1));
    }

    /// <summary>The cross-entropy. It does not look for a label outside the classes, because that would wait for the GPU.</summary>
    public override Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape[0]);
        if (RowKernels is { } rows && logits.Shape.Count > 0)
        {
            var loss = Make(labels.Shape);
            rows.CrossEntropy(At(logits), At(labels), loss.Address, 0, 1, logits.Shape[0], logits.Shape[1]);
            return loss;
        }

        return Run(labels.Shape, () =>
            torch.nn.functional.cross_entropy(Value(logits), Value(labels).to(torch.ScalarType.Int64), reduction: torch.nn.Reduction.None));
    }

    /// <inheritdoc/>
    public override Tensor CrossEntropyGradient(Tensor gradient, Tensor logits, Tensor labels)
    {
        RequireMatrix(logits);
        RequireRows(labels, logits.Shape[0]);
        RequireRows(gradient, logits.Shape[0]);
        if (RowKernels is { } rows && logits.Shape.Count > 0)
        {
            var result = Make(logits.Shape);
            rows.CrossEntropyGradient(At(gradient), At(logits), At(labels), result.Address, logits.Shape[0], logits.Shape[1]);
            return result;
        }

        return Run(logits.Shape, () =>
        {
            var label = Value(labels).to(torch.ScalarType.Int64).unsqueeze(1);
            var rest =
                Value(logits).softmax(1).scatter_add_(1, label, torch.full([labels.Shape[0], 1], -1f, torch.ScalarType.Float32, _home));
            return rest.mul_(Value(gradient).unsqueeze(1));
        });
    }

    /// <inheritdoc/>
    public override Tensor GatherRows(Tensor a, ReadOnlySpan<int> rows)
    {
        if (a.Shape.Rank == 0) throw new ArgumentException($"{a.Shape} has no rows.");
        if (RowKernels is not null && rows.Length > 0 && a.Shape.Rows <= MostRows)
        {
            using var scope = Scope();
            return scope.Keep(GatherRows(a, Numbers(rows, a.Shape.Rows), 0, rows.Length));
        }

        using var host = Indices(rows, a.Shape.Rows);
        return Run(a.Shape.WithRows(rows.Length), () => Value(a).index_select(0, Sent(host)));
    }

    /// <inheritdoc/>
    public override void ScatterRowsInto(Tensor target, ReadOnlySpan<int> rows, Tensor values)
    {
        if (!target.Shape.WithRows(rows.Length).Equals(values.Shape))
            throw new ArgumentException($"{rows.Length} rows of {target.Shape} are not {values.Shape}.");
        if (RowKernels is { } own && rows.Length > 0 && target.Shape.Rows <= MostRows)
        {
            using var scope = Scope();
            if (values.Shape.Count > 0)
                own.Scatter(At(values), At(Numbers(rows, target.Shape.Rows)), At(target), rows.Length,
                    target.Shape.Rows, target.Shape.RowSize);
            return;
        }

        using var host = Indices(rows, target.Shape.Rows);
        Run(() => Value(target).index_copy_(0, Sent(host), Value(values)));
    }

    /// <inheritdoc/>
    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        if (parts.Length == 0) throw new ArgumentException("Nothing to stack.");
        if (_kernels is not null) return Joined(parts);
        var (values, rows) = (new torch.Tensor[parts.Length], 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (parts[i].Shape.Rank == 0 || !parts[i].Shape.WithRows(0).Equals(parts[0].Shape.WithRows(0)))
                throw new ArgumentException($"{parts[i].Shape} does not stack on {parts[0].Shape}.");
            values[i] = Value(parts[i]);
            rows += parts[i].Shape[0];
        }

        return Run(parts[0].Shape.WithRows(rows), () => torch.cat(values));
    }

    /// <summary>The shape of a row of a matrix, or of a row of each replica's matrix.</summary>
    static Shape Row(Shape matrix) => matrix.Rank == 2 ? [matrix[1]] : [matrix[0], matrix[2]];

    /// <summary>The numbers of rows as a kernel takes them.</summary>
    Tensor Numbers(ReadOnlySpan<int> rows, int count)
    {
        var numbers = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rows[i], (uint)count, nameof(rows));
            numbers[i] = rows[i];
        }

        return Upload(numbers, [1, rows.Length]);
    }

    TorchTensor Joined(ReadOnlySpan<Tensor> parts)
    {
        var rows = 0;
        foreach (var part in parts)
        {
            if (part.Shape.Rank == 0 || !part.Shape.WithRows(0).Equals(parts[0].Shape.WithRows(0)))
                throw new ArgumentException($"{part.Shape} does not stack on {parts[0].Shape}.");
            rows += part.Shape[0];
        }

        var (result, bytes) = (Make(parts[0].Shape.WithRows(rows)), 0L);
        foreach (var part in parts)
        {
            if (part.Shape.Count == 0) continue;
            _kernels!.Driver.Copy((nint)(result.Address + bytes), At(part), sizeof(float) * (long)part.Shape.Count);
            bytes += sizeof(float) * (long)part.Shape.Count;
        }

        return result;
    }

    /// <summary>The numbers of rows, which are checked here: a wrong one on the GPU would end the process's use of it.</summary>
    torch.Tensor Indices(ReadOnlySpan<int> rows, int count)
    {
        var host = Hosted(torch.ScalarType.Int64, [rows.Length]);
        var indices = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (var i = 0; i < rows.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rows[i], (uint)count, nameof(rows));
            indices[i] = rows[i];
        }

        return host;
    }

    TorchTensor Sent(ReadOnlySpan<float> values, Shape shape)
    {
        var (result, own) = (Make(shape), _kernels!);
        if (sizeof(float) * (long)values.Length > StagingBuffer.Most)
        {
            own.Driver.Send(result.Address, MemoryMarshal.AsBytes(values));
            return result;
        }

        var staged = own.Staging.Take<float>(values.Length);
        values.CopyTo(staged);
        own.Staging.Send(result.Address, staged);
        return result;
    }

    TorchTensor Sent(Shape shape, RowWriter write)
    {
        if (sizeof(float) * (long)shape.Count > StagingBuffer.Most)
        {
            var values = GC.AllocateUninitializedArray<float>(shape.Count);
            for (var row = 0; row < shape.Rows; row++) write(row, values.AsSpan(row * shape.RowSize, shape.RowSize));
            return Sent(values, shape);
        }

        var (result, own) = (Make(shape), _kernels!);
        var staged = own.Staging.Take<float>(shape.Count);
        for (var row = 0; row < shape.Rows; row++) write(row, staged.Slice(row * shape.RowSize, shape.RowSize));
        own.Staging.Send(result.Address, staged);
        return result;
    }
}
