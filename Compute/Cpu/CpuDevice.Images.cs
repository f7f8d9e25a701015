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

    public override Tensor GridSample(Tensor images, Tensor positions)
    {
        var shape = Sampled(images.Shape, positions.Shape);
        var result = Make(shape);
        Sample(images.Shape, Own(images).Start, Own(positions), result.Start, null, BilinearSampling.Result.Samples);
        return result;
    }

    public override Tensor GridSampleImageGradient(Tensor gradient, Tensor positions, Shape images)
    {
        RequireSampled(gradient, images, positions.Shape);
        var result = Make(images);
        Sample(images, result.Start, Own(positions), Own(gradient).Start, null, BilinearSampling.Result.ImageGradient);
        return result;
    }

    public override Tensor GridSamplePositionGradient(Tensor gradient, Tensor images, Tensor positions)
    {
        RequireSampled(gradient, images.Shape, positions.Shape);
        var result = Make(positions.Shape);
        Sample(images.Shape, Own(images).Start, Own(positions), Own(gradient).Start, result.Start, BilinearSampling.Result.PositionGradient);
        return result;
    }

    void Sample(Shape shape, float* images, CpuTensor positions, float* output, float* gradient, BilinearSampling.Result wanted) =>
        Split.Run(Threads, shape[0], new BilinearSampling
        {
            Wanted = wanted,
            Channels = shape[1],
            Height = shape[2],
            Width = shape[3],
            Samples = positions.Shape[2] * positions.Shape[3],
            Images = images,
            Positions = positions.Start,
            Output = output,
            Gradient = gradient,
        });

    static Shape Sampled(Shape images, Shape positions)
    {
        Require(images.Rank == 4 && positions.Rank == 4 && positions[0] == images[0] && positions[1] == 2, $"Positions {positions} do not fit {images}.");
        return [images[0], images[1], positions[2], positions[3]];
    }

    static void RequireSampled(Tensor gradient, Shape images, Shape positions) =>
        Require(gradient.Shape.Equals(Sampled(images, positions)), $"A gradient {gradient.Shape} does not fit {images} at {positions}.");

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
