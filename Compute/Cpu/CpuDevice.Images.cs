using Grid.Compute.Cpu.Elementwise;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu;

public sealed unsafe partial class CpuDevice
{
    /// <summary>The median filter. NaN has no place in an order: images with NaN give any of the window's values.</summary>
    public override Tensor MedianFilter(Tensor images, int size)
    {
        Require(images.Shape.Rank == 4, $"{images.Shape} are not images [n, channels, height, width].");
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var (h, w) = (images.Shape[2], images.Shape[3]);
        var result = Make(images.Shape);
        using var scratch = Pool.Rent(Median.WorkerScratch(h, w, size) * Threads);
        var planes = result.Shape.Count == 0 ? 0 : images.Shape[0] * images.Shape[1];
        Split.Run(Threads, planes,
            new Median { Height = h, Width = w, Size = size, X = Own(images).Start, Y = result.Start, Scratch = scratch.Start });
        return result;
    }

    /// <inheritdoc/>
    public override Tensor GridSample(Tensor images, Tensor positions)
    {
        var shape = Sampled(images.Shape, positions.Shape);
        var result = Make(shape);
        Sample(images.Shape, Own(images).Start, Own(positions), result.Start, null, BilinearSampling.Result.Samples);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor GridSampleImageGradient(Tensor gradient, Tensor positions, Shape images)
    {
        RequireSampled(gradient, images, positions.Shape);
        var result = Make(images);
        Sample(images, result.Start, Own(positions), Own(gradient).Start, null, BilinearSampling.Result.ImageGradient);
        return result;
    }

    /// <inheritdoc/>
    public override Tensor GridSamplePositionGradient(Tensor gradient, Tensor images, Tensor positions)
    {
        RequireSampled(gradient, images.Shape, positions.Shape);
        var result = Make(positions.Shape);
        Sample(images.Shape, Own(images).Start, Own(positions), Own(gradient).Start, result.Start,
            BilinearSampling.Result.PositionGradient);
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
        Require(images.Rank == 4 && positions.Rank == 4 && positions[0] == images[0] && positions[1] == 2,
            $"Positions {positions} do not fit {images}.");
        return [images[0], images[1], positions[2], positions[3]];
    }

    static void RequireSampled(Tensor gradient, Shape images, Shape positions) =>
        Require(gradient.Shape.Equals(Sampled(images, positions)), $"A gradient {gradient.Shape} does not fit {images} at {positions}.");
}
