namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    /// <summary>NaN has no place in an order: images with NaN give any of the window's values.</summary>
    public override Tensor MedianFilter(Tensor images, int size)
    {
        Require(images.Shape.Rank == 4, $"{images.Shape} are not images [n, channels, height, width].");
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var (h, w) = (images.Shape[2], images.Shape[3]);
        var result = Make(images.Shape);
        using var scratch = Pool.Rent(Median.WorkerScratch(h, w, size) * Threads);
        var planes = result.Shape.Count == 0 ? 0 : images.Shape[0] * images.Shape[1];
        Split.Run(Threads, planes, new Median { Height = h, Width = w, Size = size, X = Own(images).Start, Y = result.Start, Scratch = scratch.Start });
        return result;
    }

    public override (Tensor Output, Tensor Winners) ConvReluPool(Tensor x, Tensor weight, Tensor bias)
    {
        var shape = FusedShape(x.Shape, weight.Shape);
        RequireRows(bias, shape.OutChannels);
        var result = Make([x.Shape[0], shape.OutChannels, shape.PooledHeight, shape.PooledWidth]);
        var winners = Make(WinnersShape(shape, x.Shape[0]));
        _kernels.FusedConv(this, shape, x.Shape[0], Own(x).Start, Own(weight).Start, Own(bias).Start, result.Start, (byte*)winners.Start);
        return (result, winners);
    }

    static FusedConvShape FusedShape(Shape x, Shape weight)
    {
        Require(x.Rank == 4 && weight.Rank == 4 && x[1] == weight[1] && weight[2] == 3 && weight[3] == 3,
            $"A 3x3 weight {weight} does not fit {x}.");
        return new(x[1], x[2], x[3], weight[0]);
    }

    /// <summary>A byte for each output, channels last and padded; images stay rows.</summary>
    static Shape WinnersShape(FusedConvShape shape, int images) => [images, shape.Windows * shape.PaddedOut / sizeof(float)];

    public override Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        var shape = FusedShape(x, weight.Shape);
        RequireFused(shape, x[0], gradient, winners);
        var result = Make(x);
        _kernels.FusedConvInputGradient(
            this, shape, x[0], Own(gradient).Start, (byte*)Own(winners).Start, Own(weight).Start, result.Start);
        return result;
    }

    public override (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight)
    {
        var shape = FusedShape(x.Shape, weight);
        RequireFused(shape, x.Shape[0], gradient, winners);
        var (result, bias) = (Make(weight), Make([weight[0]]));
        _kernels.FusedConvWeightGradient(
            this, shape, x.Shape[0], Own(gradient).Start, (byte*)Own(winners).Start, Own(x).Start, result.Start, bias.Start);
        return (result, bias);
    }

    static void RequireFused(FusedConvShape shape, int images, Tensor gradient, Tensor winners)
    {
        Require(gradient.Shape.Rank == 4 && gradient.Shape[0] == images && gradient.Shape[1] == shape.OutChannels
            && gradient.Shape[2] == shape.PooledHeight && gradient.Shape[3] == shape.PooledWidth,
            $"A gradient {gradient.Shape} does not fit {shape}.");
        Require(winners.Shape.Equals(WinnersShape(shape, images)), $"Winners {winners.Shape} do not fit {shape}.");
    }
}
