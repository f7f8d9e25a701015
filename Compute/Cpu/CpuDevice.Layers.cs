using System.Numerics.Tensors;
using Grid.Compute.Cpu.Convolution;
using Grid.Compute.Cpu.Elementwise;
using Grid.Compute.Cpu.Layers;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    /// <inheritdoc/>
    public override Tensor Conv(Tensor x, Tensor weight, Window window, int groups = 1)
    {
        var shape = Convolved(x.Shape, weight.Shape, window, groups);
        var result = Make(OutputShape(shape, x.Shape[0]));
        _kernels.Conv(this, shape, x.Shape[0], Own(x).Start, Own(weight).Start, result.Start);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor ConvInputGradient(Tensor gradient, Tensor weight, Window window, int groups, Shape x)
    {
        var shape = Convolved(x, weight.Shape, window, groups);
        Require(gradient.Shape.Equals(OutputShape(shape, x[0])), $"A gradient {gradient.Shape} does not fit {shape}.");
        var result = Make(x);
        _kernels.ConvInputGradient(this, shape, x[0], Own(gradient).Start, Own(weight).Start, result.Start);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor ConvWeightGradient(Tensor gradient, Tensor x, Window window, int groups, Shape weight)
    {
        var shape = Convolved(x.Shape, weight, window, groups);
        Require(gradient.Shape.Equals(OutputShape(shape, x.Shape[0])), $"A gradient {gradient.Shape} does not fit {shape}.");
        var result = Make(weight);
        _kernels.ConvWeightGradient(this, shape, x.Shape[0], Own(gradient).Start, Own(x).Start, result.Start);
        return result;
    }

    static ConvShape Convolved(Shape x, Shape weight, Window window, int groups)
    {
        Require(x.Rank == 4 && weight.Rank == 4 && groups > 0 && x[1] == weight[1] * groups && weight[0] % groups == 0 && x[1] > 0
            && weight[2] == window.Height && weight[3] == window.Width, $"A weight {weight} of {groups} groups does not fit {x}.");
        Require(window.Fits(x[2], x[3]), $"{window} does not fit {x}.");
        var shape = new ConvShape(x[1], x[2], x[3], weight[0], window.Over(x[2], x[3]), groups);
        Require(shape.IsIndexable, $"{window} over {x} takes more than one array can hold.");
        return shape;
    }

    static Shape OutputShape(ConvShape shape, int images) => [images, shape.OutChannels, shape.OutHeight, shape.OutWidth];

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Winners) MaxPool(Tensor x, Window window)
    {
        var pooled = Pooled(x.Shape, window);
        var (result, winners) = (Make(pooled), Make(pooled));
        PoolPlanes(Pooling.Result.Largest, x.Shape, pooled, window, Own(x).Start, result.Start, winners.Start);
        return (result, winners);
    }

    /// <inheritdoc/>
    public override Tensor MaxPoolGradient(Tensor gradient, Tensor winners, Shape x)
    {
        RequireEqual(gradient, winners);
        Require(x.Rank == 4 && gradient.Shape.Rank == 4 && x[0] == gradient.Shape[0] && x[1] == gradient.Shape[1],
            $"A gradient {gradient.Shape} does not fit {x}.");
        var result = Make(x);
        PoolPlanes(Pooling.Result.LargestGradient, x, gradient.Shape, default, result.Start, Own(gradient).Start, Own(winners).Start);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor AveragePool(Tensor x, Window window, bool countPadding)
    {
        var result = Make(Pooled(x.Shape, window));
        PoolPlanes(Pooling.Result.Mean, x.Shape, result.Shape, window, Own(x).Start, result.Start, countPadding: countPadding);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor AveragePoolGradient(Tensor gradient, Window window, bool countPadding, Shape x)
    {
        Require(gradient.Shape.Equals(Pooled(x, window)), $"A gradient {gradient.Shape} does not fit {x}.");
        var result = Make(x);
        PoolPlanes(Pooling.Result.MeanGradient, x, gradient.Shape, window, result.Start, Own(gradient).Start, countPadding: countPadding);
        return result;
    }

    static Shape Pooled(Shape x, Window window)
    {
        Require(x.Rank == 4 && window.Fits(x[2], x[3]), $"{window} does not fit {x}.");
        return [x[0], x[1], window.OutHeight(x[2]), window.OutWidth(x[3])];
    }

    void PoolPlanes(Pooling.Result wanted, Shape x, Shape result, Window window, float* planes, float* pooled, float* winners = null,
        bool countPadding = false) =>
        Split.Run(Threads, x[0] * x[1], new Pooling
        {
            Wanted = wanted,
            Window = window,
            Height = x[2],
            Width = x[3],
            Down = result[2],
            Across = result[3],
            CountPadding = countPadding,
            Planes = planes,
            Pooled = pooled,
            Winners = winners,
        });

    /// <inheritdoc/>
    public override Tensor Broadcast(Binary operation, Tensor a, Tensor b)
    {
        if (a.Shape.Equals(b.Shape)) return Combine(operation, a, b);
        var shape = Shape.Broadcast(a.Shape, b.Shape);
        Require(shape is not null, $"{a.Shape} and {b.Shape} do not broadcast.");
        var result = Make(shape!);
        if (shape!.Count > 0) new Broadcasting(shape, a.Shape, b.Shape).Combine(operation, Own(a).Span, Own(b).Span, result.Span);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor SumTo(Tensor a, Shape shape)
    {
        Require(a.Shape.Equals(Shape.Broadcast(a.Shape, shape)), $"{a.Shape} cannot be summed to {shape}.");
        var result = Make(shape);
        result.Span.Clear();
        if (a.Shape.Count == 0) return result;
        var walk = new Broadcasting(a.Shape, a.Shape, shape);
        float* x = Own(a).Start, y = result.Start;
        foreach (var (from, to) in walk.Starts())
        {
            if (walk.InnerB == 0)
            {
                float sum;
                RowLoops.Sum(x + from, &sum, 1, walk.Inner);
                y[to] += sum;
            }
            else
            {
                TensorPrimitives.Add(new ReadOnlySpan<float>(y + to, walk.Inner), new ReadOnlySpan<float>(x + from, walk.Inner),
                    new Span<float>(y + to, walk.Inner));
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public override Tensor Permute(Tensor a, ReadOnlySpan<int> axes)
    {
        var result = Make(Permuted(a.Shape, axes));
        if (a.Shape.Count > 0) Permutation.Copy(Own(a).Start, a.Shape, axes, result.Start);
        return result;
    }

    static Shape Permuted(Shape shape, ReadOnlySpan<int> axes)
    {
        var (lengths, seen) = (new int[axes.Length], new bool[shape.Rank]);
        Require(axes.Length == shape.Rank, $"{axes.Length} axes are not those of {shape}.");
        for (var i = 0; i < axes.Length; i++)
        {
            Require((uint)axes[i] < (uint)shape.Rank && !seen[axes[i]], $"{axes[i]} is no axis of {shape}, or stands there twice.");
            seen[axes[i]] = true;
            lengths[i] = shape[axes[i]];
        }

        return Shape.From(lengths);
    }

    /// <inheritdoc/>
    public override Tensor Select(Tensor a, Selection selection)
    {
        var rows = RowsOf(a.Shape, selection.Input);
        var result = Make(selection.Output.Times(rows));
        result.Span.Clear();
        float* x = Own(a).Start, y = result.Start;
        for (var row = 0; row < rows; row++, x += selection.Input.Count, y += selection.Output.Count)
            foreach (var (target, source, count) in selection.Runs)
                new ReadOnlySpan<float>(x + source, count).CopyTo(new(y + target, count));
        return result;
    }

    /// <inheritdoc/>
    public override Tensor Deselect(Tensor gradient, Selection selection)
    {
        var rows = RowsOf(gradient.Shape, selection.Output);
        var result = Make(selection.Input.Times(rows));
        result.Span.Clear();
        float* g = Own(gradient).Start, x = result.Start;
        for (var row = 0; row < rows; row++, g += selection.Output.Count, x += selection.Input.Count)
            foreach (var (target, source, count) in selection.Runs)
                for (var i = 0; i < count; i++) x[source + i] += g[target + i];
        return result;
    }

    static int RowsOf(Shape shape, Shape row)
    {
        Require(shape.Rank == row.Rank + 1 && shape.Equals(row.Times(shape.Rows)), $"{shape} has no rows of {row}.");
        return shape.Rows;
    }

    /// <inheritdoc/>
    public override Tensor Join(ReadOnlySpan<Tensor> parts, int axis)
    {
        Require(parts.Length > 0 && (uint)axis < (uint)parts[0].Shape.Rank, $"Nothing to stack along axis {axis}.");
        var lengths = parts[0].Shape.ToArray();
        lengths[axis] = 0;
        foreach (var part in parts)
        {
            var own = part.Shape.ToArray();
            Require(own.Length == lengths.Length, $"{part.Shape} does not stack on {parts[0].Shape}.");
            for (var i = 0; i < own.Length; i++)
                Require(i == axis || own[i] == lengths[i], $"{part.Shape} does not stack on {parts[0].Shape} along axis {axis}.");
            lengths[axis] += own[axis];
        }

        var result = Make(Shape.From(lengths));
        var outer = lengths.Take(axis).Aggregate(1, (count, length) => count * length);
        if (result.Shape.Count == 0) return result;
        var (stride, at) = (result.Shape.Count / outer, 0);
        foreach (var part in parts)
        {
            var size = part.Shape.Count / outer;
            for (var i = 0; i < outer; i++) Own(part).Span.Slice(i * size, size).CopyTo(result.Span[(i * stride + at)..]);
            at += size;
        }

        return result;
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Statistics) BatchNorm(Tensor x, Tensor scale, Tensor offset, float epsilon) =>
        Normed(x, scale, offset, epsilon, relu: false);

    internal override (Tensor Output, Tensor Statistics) BatchNormRelu(Tensor x, Tensor scale, Tensor offset, float epsilon) =>
        Normed(x, scale, offset, epsilon, relu: true);

    (Tensor Output, Tensor Statistics) Normed(Tensor x, Tensor scale, Tensor offset, float epsilon, bool relu)
    {
        RequireChannels(x.Shape, scale, offset);
        var (result, statistics) = (Make(x.Shape), Make([2, x.Shape[1]]));
        Normalize(x, scale, new BatchNormalization
        {
            Relu = relu,
            Epsilon = epsilon,
            Offset = Own(offset).Start,
            Statistics = statistics.Start,
            Y = result.Start,
        });
        return (result, statistics);
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor Scale, Tensor Offset) BatchNormGradient(
        Tensor gradient, Tensor x, Tensor scale, Tensor statistics, float epsilon) =>
        NormedGradient(gradient, x, scale, statistics, epsilon, rectified: null);

    internal override (Tensor X, Tensor Scale, Tensor Offset) BatchNormReluGradient(
        Tensor gradient, Tensor output, Tensor x, Tensor scale, Tensor statistics, float epsilon) =>
        NormedGradient(gradient, x, scale, statistics, epsilon, output);

    /// <summary>The gradients of batch norm, and of the ReLU behind it if there was one.</summary>
    /// <param name="rectified">The output of the ReLU behind it, if there was one.</param>
    (Tensor X, Tensor Scale, Tensor Offset) NormedGradient(
        Tensor gradient, Tensor x, Tensor scale, Tensor statistics, float epsilon, Tensor? rectified)
    {
        RequireEqual(gradient, x);
        if (rectified is not null) RequireEqual(rectified, x);
        RequireChannels(x.Shape, scale, scale);
        Require(statistics.Shape.Equals([2, x.Shape[1]]), $"Statistics {statistics.Shape} do not fit {x.Shape}.");
        var (result, byScale, byOffset) = (Make(x.Shape), Make(scale.Shape), Make(scale.Shape));
        Normalize(x, scale, new BatchNormalization
        {
            Backward = true,
            Relu = rectified is not null,
            Output = rectified is null ? null : Own(rectified).Start,
            Epsilon = epsilon,
            Statistics = Own(statistics).Start,
            Gradient = Own(gradient).Start,
            Y = result.Start,
            ByScale = byScale.Start,
            ByOffset = byOffset.Start,
        });
        return (result, byScale, byOffset);
    }

    void Normalize(Tensor x, Tensor scale, BatchNormalization work)
    {
        work.X = Own(x).Start;
        work.Scale = Own(scale).Start;
        (work.Images, work.Channels) = (x.Shape[0], x.Shape[1]);
        work.Plane = x.Shape.Count / Math.Max(1, work.Images * work.Channels);
        Split.Run(Threads, work.Channels, work);
    }

    static void RequireChannels(Shape x, Tensor scale, Tensor offset) => Require(
        x.Rank >= 2 && x.Count > 0 && scale.Shape.Equals([x[1]]) && offset.Shape.Equals([x[1]]),
        $"{scale.Shape} and {offset.Shape} are not of the channels of {x}.");
}
