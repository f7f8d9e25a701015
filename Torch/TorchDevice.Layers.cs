using System.Runtime.InteropServices;
using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    /// <inheritdoc/>
    public override Tensor Conv(Tensor x, Tensor weight, Window window, int groups = 1) =>
        Run(Convolved(x.Shape, weight.Shape, window, groups), () => Convolve(Value(x), Value(weight), window, groups));

    /// <inheritdoc/>
    public override Tensor ConvInputGradient(Tensor gradient, Tensor weight, Window window, int groups, Shape x)
    {
        RequireShape(gradient, Convolved(x, weight.Shape, window, groups));
        return Run(x, () =>
        {
            var (height, width) = (x[2] + window.Top + window.Bottom, x[3] + window.Left + window.Right);
            // Rows and columns that no window reaches.
            var (below, right) = (
                height - ((gradient.Shape[2] - 1) * window.DownStride + window.DownDilation * (window.Height - 1) + 1),
                width - ((gradient.Shape[3] - 1) * window.AcrossStride + window.AcrossDilation * (window.Width - 1) + 1));
            var all = torch.nn.functional.conv_transpose2d(
                Value(gradient), Value(weight), strides: [window.DownStride, window.AcrossStride], groups: groups,
                dilation: [window.DownDilation, window.AcrossDilation]);
            if (below > 0 || right > 0) all = torch.nn.functional.pad(all, [0, right, 0, below]);
            return all.narrow(2, window.Top, x[2]).narrow(3, window.Left, x[3]);
        });
    }

    /// <summary>The gradient of a convolution by its weight. libtorch gives it through a graph alone: the convolution runs once more, with
    /// a weight that does not matter.</summary>
    public override Tensor ConvWeightGradient(Tensor gradient, Tensor x, Window window, int groups, Shape weight)
    {
        RequireShape(gradient, Convolved(x.Shape, weight, window, groups));
        return Run(weight, () =>
        {
            var watched = torch.zeros(Axes(weight), torch.ScalarType.Float32, _home).requires_grad_();
            return torch.autograd.grad([Convolve(Value(x), watched, window, groups)], [watched], [Value(gradient)])[0];
        });
    }

    static torch.Tensor Convolve(torch.Tensor x, torch.Tensor weight, Window window, int groups)
    {
        // libtorch pads both ends of an axis alike.
        var even = window.Top == window.Bottom && window.Left == window.Right;
        return torch.nn.functional.conv2d(
            even ? x : torch.nn.functional.pad(x, [window.Left, window.Right, window.Top, window.Bottom]), weight,
            strides: [window.DownStride, window.AcrossStride], padding: even ? [window.Top, window.Left] : [0, 0],
            dilation: [window.DownDilation, window.AcrossDilation], groups: groups);
    }

    static Shape Convolved(Shape x, Shape weight, Window window, int groups)
    {
        if (x.Rank != 4 || weight.Rank != 4 || x[1] != weight[1] * groups || weight[0] % groups != 0 || weight[2] != window.Height
            || weight[3] != window.Width
            || window.Ceil || !window.Fits(x[2], x[3]))
            throw new ArgumentException($"A weight {weight} of {groups} groups and {window} does not fit {x}.");
        return [x[0], weight[0], window.OutHeight(x[2]), window.OutWidth(x[3])];
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Winners) MaxPool(Tensor x, Window window)
    {
        var pooled = Pooled(x.Shape, window);
        using var temporaries = torch.NewDisposeScope();
        var (values, winners) = Guarded(() =>
        {
            // Every cell of every window, and where it lies; what is padding loses.
            var cells = Cells(Value(x), window, x.Shape, double.NegativeInfinity);
            var places = Cells(Places(x.Shape), window, [1, 1, x.Shape[2], x.Shape[3]], -1);
            var best = cells.argmax(-1, keepdim: true);
            return (cells.gather(-1, best).squeeze(-1), places.expand(cells.shape).gather(-1, best).squeeze(-1));
        });
        return (Take(pooled, values), Take(pooled, winners));
    }

    /// <summary>The numbers of the pixels of a plane: [1, 1, height, width].</summary>
    torch.Tensor Places(Shape x) => torch.arange(x[2] * x[3], torch.ScalarType.Float32, _home).view(1, 1, x[2], x[3]);

    /// <summary>The cells of every window: [n, c, h, w] -> [n, c, places down, places across, cells].</summary>
    static torch.Tensor Cells(torch.Tensor x, Window window, Shape shape, double outside)
    {
        var (down, across) = (window.OutHeight(shape[2]), window.OutWidth(shape[3]));
        var (tall, wide) = (
            (down - 1) * window.DownStride + window.DownDilation * (window.Height - 1) + 1,
            (across - 1) * window.AcrossStride + window.AcrossDilation * (window.Width - 1) + 1);
        var padded = torch.nn.functional.pad(
            x, [window.Left, Math.Max(0, wide - shape[3] - window.Left), window.Top, Math.Max(0, tall - shape[2] - window.Top)],
            value: outside);
        return padded.unfold(2, window.DownDilation * (window.Height - 1) + 1, window.DownStride)
            .unfold(3, window.AcrossDilation * (window.Width - 1) + 1, window.AcrossStride)
            .narrow(2, 0, down).narrow(3, 0, across)
            .slice(4, 0, window.DownDilation * (window.Height - 1) + 1, window.DownDilation)
            .slice(5, 0, window.AcrossDilation * (window.Width - 1) + 1, window.AcrossDilation)
            .flatten(4);
    }

    /// <inheritdoc/>
    public override Tensor MaxPoolGradient(Tensor gradient, Tensor winners, Shape x)
    {
        RequireEqual(gradient, winners);
        return Run(x, () =>
        {
            var zeros = torch.zeros([x[0], x[1], x[2] * x[3]], torch.ScalarType.Float32, _home);
            return zeros.scatter_add_(2, Value(winners).flatten(2).clamp_min(0).to(torch.ScalarType.Int64), Value(gradient).flatten(2))
                .view(Axes(x));
        });
    }

    /// <inheritdoc/>
    public override Tensor AveragePool(Tensor x, Window window, bool countPadding) =>
        Run(Pooled(x.Shape, window), () => Cells(Value(x), window, x.Shape, 0).sum(-1).div(Counts(x.Shape, window, countPadding)));

    /// <inheritdoc/>
    public override Tensor AveragePoolGradient(Tensor gradient, Window window, bool countPadding, Shape x)
    {
        RequireShape(gradient, Pooled(x, window));
        return Run(x, () =>
        {
            var watched = torch.zeros(Axes(x), torch.ScalarType.Float32, _home).requires_grad_();
            return torch.autograd.grad([Cells(watched, window, x, 0).sum(-1)], [watched],
                [Value(gradient).div(Counts(x, window, countPadding))])[0];
        });
    }

    /// <summary>The number of cells of each window that count.</summary>
    torch.Tensor Counts(Shape x, Window window, bool countPadding)
    {
        var plane = torch.ones([1, 1, x[2], x[3]], torch.ScalarType.Float32, _home);
        if (!countPadding) return Cells(plane, window, x, 0).sum(-1);
        var padded = torch.nn.functional.pad(plane, [window.Left, window.Right, window.Top, window.Bottom], value: 1);
        return Cells(
            padded, window with { Top = 0, Bottom = 0, Left = 0, Right = 0 },
            [1, 1, x[2] + window.Top + window.Bottom, x[3] + window.Left + window.Right], 0)
            .narrow(2, 0, window.OutHeight(x[2])).narrow(3, 0, window.OutWidth(x[3])).sum(-1);
    }

    static Shape Pooled(Shape x, Window window) => x.Rank == 4 && window.Fits(x[2], x[3])
        ? [x[0], x[1], window.OutHeight(x[2]), window.OutWidth(x[3])]
        : throw new ArgumentException($"{window} does not fit {x}.");

    /// <inheritdoc/>
    public override Tensor Broadcast(Binary operation, Tensor a, Tensor b)
    {
        if (a.Shape.Equals(b.Shape)) return Combine(operation, a, b);
        var shape = Shape.Broadcast(a.Shape, b.Shape) ?? throw new ArgumentException($"{a.Shape} and {b.Shape} do not broadcast.");
        return Run(shape, () => Combined(operation, Value(a), Value(b)));
    }

    /// <inheritdoc/>
    public override Tensor SumTo(Tensor a, Shape shape)
    {
        if (!a.Shape.Equals(Shape.Broadcast(a.Shape, shape))) throw new ArgumentException($"{a.Shape} cannot be summed to {shape}.");
        long[] axes = [.. Enumerable.Range(1, a.Shape.Rank)
            .Where(i => i > shape.Rank || (shape[^i] == 1 && a.Shape[^i] != 1))
            .Select(i => (long)(a.Shape.Rank - i))];
        return Run(shape,
            () => axes.Length == 0 ? Value(a).clone().view(Axes(shape)) : Value(a).sum(axes, keepdim: true).view(Axes(shape)));
    }

    /// <inheritdoc/>
    public override Tensor Permute(Tensor a, ReadOnlySpan<int> axes)
    {
        var order = Array.ConvertAll(axes.ToArray(), axis => (long)axis);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, a.Shape.Rank).Select(i => (long)i)))
            throw new ArgumentException($"{string.Join(", ", order)} are not the axes of {a.Shape}.");
        var shape = Shape.From(Array.ConvertAll(order, axis => a.Shape[(int)axis]));
        return Run(shape, () => torch.empty(Axes(shape), torch.ScalarType.Float32, _home).copy_(Value(a).permute(order)));
    }

    /// <inheritdoc/>
    public override Tensor Select(Tensor a, Selection selection)
    {
        var rows = RowsOf(a.Shape, selection.Input);
        using var host = Places(selection);
        return Run(selection.Output.Times(rows),
            () => torch.nn.functional.pad(Value(a).view(rows, selection.Input.Count), [0, 1])
                .index_select(1, Sent(host))
                .view(Axes(selection.Output.Times(rows))));
    }

    /// <inheritdoc/>
    public override Tensor Deselect(Tensor gradient, Selection selection)
    {
        var rows = RowsOf(gradient.Shape, selection.Output);
        using var host = Places(selection);
        return Run(selection.Input.Times(rows), () => torch.zeros([rows, selection.Input.Count + 1], torch.ScalarType.Float32, _home)
            .index_add_(1, Sent(host), Value(gradient).view(rows, selection.Output.Count), 1)
            .narrow(1, 0, selection.Input.Count)
            .contiguous()
            .view(Axes(selection.Input.Times(rows))));
    }

    /// <summary>The place of each element; an element that is 0 lies behind the last.</summary>
    torch.Tensor Places(Selection selection)
    {
        var host = Hosted(torch.ScalarType.Int64, [selection.Map.Length]);
        var places = MemoryMarshal.Cast<byte, long>(host.bytes);
        var map = selection.Map.Span;
        for (var i = 0; i < map.Length; i++) places[i] = map[i] < 0 ? selection.Input.Count : map[i];
        return host;
    }

    static int RowsOf(Shape shape, Shape row) => shape.Rank == row.Rank + 1 && shape.Equals(row.Times(shape.Rows))
        ? shape.Rows
        : throw new ArgumentException($"{shape} has no rows of {row}.");

    /// <inheritdoc/>
    public override Tensor Join(ReadOnlySpan<Tensor> parts, int axis)
    {
        if (parts.Length == 0 || (uint)axis >= (uint)parts[0].Shape.Rank)
            throw new ArgumentException($"Nothing to stack along axis {axis}.");
        var (lengths, values) = (parts[0].Shape.ToArray(), new torch.Tensor[parts.Length]);
        lengths[axis] = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var own = parts[i].Shape.ToArray();
            if (own.Length != lengths.Length || own.Where((length, a) => a != axis && length != lengths[a]).Any())
                throw new ArgumentException($"{parts[i].Shape} does not stack on {parts[0].Shape}.");
            (lengths[axis], values[i]) = (lengths[axis] + own[axis], Value(parts[i]));
        }

        return Run(Shape.From(lengths), () => torch.cat(values, axis));
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Statistics) BatchNorm(Tensor x, Tensor scale, Tensor offset, float epsilon)
    {
        RequireShape(scale, [x.Shape[1]]);
        RequireShape(offset, [x.Shape[1]]);
        using var temporaries = torch.NewDisposeScope();
        var (values, statistics) = Guarded(() =>
        {
            var columns = Channels(Value(x));
            var mean = columns.mean([1], keepdim: true);
            var variance = columns.sub(mean).pow(2).mean([1], keepdim: true);
            var factor = Value(scale).unsqueeze(1).div(variance.add(epsilon).sqrt_());
            return (FromChannels(columns.sub(mean).mul_(factor).add_(Value(offset).unsqueeze(1)), x.Shape),
                torch.cat([mean.view(1, -1), variance.view(1, -1)]));
        });
        return (Take(x.Shape, values), Take([2, x.Shape[1]], statistics));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor Scale, Tensor Offset) BatchNormGradient(
        Tensor gradient, Tensor x, Tensor scale, Tensor statistics, float epsilon)
    {
        RequireEqual(gradient, x);
        RequireShape(statistics, [2, x.Shape[1]]);
        using var temporaries = torch.NewDisposeScope();
        var (byX, byScale, byOffset) = Guarded(() =>
        {
            var g = Channels(Value(gradient));
            var inverse = Value(statistics)[1].add(epsilon).rsqrt_().unsqueeze(1);
            var normal = Channels(Value(x)).sub(Value(statistics)[0].unsqueeze(1)).mul_(inverse);
            var (product, sum) = (g.mul(normal).sum(1), g.sum(1));
            var rest = g.sub(sum.unsqueeze(1).div(g.shape[1])).sub_(normal.mul_(product.unsqueeze(1).div(g.shape[1])));
            return (FromChannels(rest.mul_(inverse.mul(Value(scale).unsqueeze(1))), x.Shape), product, sum);
        });
        return (Take(x.Shape, byX), Take(scale.Shape, byScale), Take(scale.Shape, byOffset));
    }

    /// <summary>Puts channels first: [n, c, ...] -> [c, all of the channel].</summary>
    static torch.Tensor Channels(torch.Tensor x) => x.transpose(0, 1).flatten(1);

    static torch.Tensor FromChannels(torch.Tensor columns, Shape shape)
    {
        long[] axes = [shape[1], shape[0], .. Axes(shape).Skip(2)];
        return columns.view(axes).transpose(0, 1);
    }
}
