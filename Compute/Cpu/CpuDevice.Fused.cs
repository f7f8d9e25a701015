using Grid.Compute.Cpu.FusedConvolution;

namespace Grid.Compute.Cpu;

/// <summary>The fused block. Replicas are computed one after the other, so that each has the bits it would have alone.</summary>
public sealed unsafe partial class CpuDevice
{
    /// <inheritdoc/>
    public override (Tensor Output, Tensor Winners) ConvReluPool(Tensor x, Tensor weight, Tensor bias)
    {
        var (shape, images, replicas) = Fused(x.Shape, weight.Shape);
        Require(bias.Shape.Equals(x.Shape.Rank == 4 ? [shape.OutChannels] : [replicas, shape.OutChannels]),
            $"A bias {bias.Shape} does not fit {weight.Shape}.");
        var result = Make(As(x.Shape, PooledShape(shape, images)));
        var winners = Make(WinnersShape(x.Shape, shape, images));
        for (var r = 0; r < replicas; r++)
            _kernels.FusedConv(
                this, shape, images, At(x, r, replicas), At(weight, r, replicas), At(bias, r, replicas), At(result, r, replicas),
                (byte*)At(winners, r, replicas));
        return (result, winners);
    }

    /// <inheritdoc/>
    public override bool ComputesWindows => true;

    /// <inheritdoc/>
    public override PixelWindow[] ConvReluPoolInto(Tensor output, Tensor x, Tensor weight, Tensor bias, PixelWindow[] changed)
    {
        Require(x.Shape.Rank == 4, $"{x.Shape} is no batch of images.");
        var (shape, images, _) = Fused(x.Shape, weight.Shape);
        Require(bias.Shape.Equals([shape.OutChannels]), $"A bias {bias.Shape} does not fit {weight.Shape}.");
        Require(output.Shape.Equals(PooledShape(shape, images)), $"An output {output.Shape} is not that of {x.Shape} and {weight.Shape}.");
        RequireWithin(changed, x.Shape);
        var reached = Array.ConvertAll(changed, window => window.Pooled(shape.Height, shape.Width));
        _kernels.FusedConvWindows(this, shape, reached, Own(x).Start, Own(weight).Start, Own(bias).Start, Own(output).Start);
        return reached;
    }

    /// <inheritdoc/>
    public override void CopyWindowsInto(Tensor target, Tensor source, PixelWindow[] windows)
    {
        RequireEqual(target, source);
        Require(target.Shape.Rank == 4, $"{target.Shape} is no batch of images.");
        RequireWithin(windows, target.Shape);
        var (channels, height, width) = (target.Shape[1], target.Shape[2], target.Shape[3]);
        float* from = Own(source).Start, to = Own(target).Start;
        for (var i = 0; i < windows.Length; i++)
        {
            var (window, image) = (windows[i], (nint)i * channels * height * width);
            if (window.IsEmpty) continue;
            for (var c = 0; c < channels; c++, image += height * width)
                for (var y = window.Top; y < window.Bottom; y++)
                    for (var x = image + y * width + window.Left; x < image + y * width + window.Right; x++) to[x] = from[x];
        }
    }

    static void RequireWithin(PixelWindow[] windows, Shape images)
    {
        Require(windows.Length == images[0], $"{windows.Length} rectangles are not one for each of {images}.");
        foreach (var w in windows)
            Require(w.IsEmpty || (w.Top >= 0 && w.Left >= 0 && w.Bottom <= images[2] && w.Right <= images[3]),
                $"{w} does not lie within {images}.");
    }

    /// <inheritdoc/>
    public override Tensor ConvReluPoolInputGradient(Tensor gradient, Tensor winners, Tensor weight, Shape x)
    {
        var (shape, images, replicas) = Fused(x, weight.Shape);
        RequireFused(x, shape, images, gradient, winners);
        var result = Make(x);
        for (var r = 0; r < replicas; r++)
            _kernels.FusedConvInputGradient(
                this, shape, images, At(gradient, r, replicas), (byte*)At(winners, r, replicas), At(weight, r, replicas),
                At(result, r, replicas));
        return result;
    }

    /// <inheritdoc/>
    public override (Tensor Weight, Tensor Bias) ConvReluPoolWeightGradient(Tensor gradient, Tensor winners, Tensor x, Shape weight)
    {
        var (shape, images, replicas) = Fused(x.Shape, weight);
        RequireFused(x.Shape, shape, images, gradient, winners);
        var (result, bias) = (Make(weight), Make(weight.Rank == 4 ? [shape.OutChannels] : [replicas, shape.OutChannels]));
        for (var r = 0; r < replicas; r++)
            _kernels.FusedConvWeightGradient(
                this, shape, images, At(gradient, r, replicas), (byte*)At(winners, r, replicas), At(x, r, replicas),
                At(result, r, replicas), At(bias, r, replicas));
        return (result, bias);
    }

    static (FusedConvShape Shape, int Images, int Replicas) Fused(Shape x, Shape weight)
    {
        var (image, kernel, replicas) = (One(x, 4), One(weight, 4), Replicated(x, 4));
        Require(x.Rank == weight.Rank && Replicated(weight, 4) == replicas && image[1] == kernel[1] && kernel[2] == 3 && kernel[3] == 3,
            $"A 3x3 weight {weight} does not fit {x}.");
        return (new(image[1], image[2], image[3], kernel[0]), image[0], replicas);
    }

    float* At(Tensor tensor, int replica, int replicas) => Own(tensor).Start + (nint)replica * (tensor.Shape.Count / replicas);

    static Shape PooledShape(FusedConvShape shape, int images) => [images, shape.OutChannels, shape.PooledHeight, shape.PooledWidth];

    /// <summary>The shape of winners: a byte for each output, with channels last and padded; images stay rows.</summary>
    static Shape WinnersShape(Shape x, FusedConvShape shape, int images)
    {
        Shape one = [images, shape.Windows * shape.PaddedOut / sizeof(float)];
        return x.Rank == 4 ? one : one.Times(x[0]);
    }

    static void RequireFused(Shape x, FusedConvShape shape, int images, Tensor gradient, Tensor winners)
    {
        Require(gradient.Shape.Equals(As(x, PooledShape(shape, images))), $"A gradient {gradient.Shape} does not fit {shape}.");
        Require(winners.Shape.Equals(WinnersShape(x, shape, images)), $"Winners {winners.Shape} do not fit {shape}.");
    }
}
