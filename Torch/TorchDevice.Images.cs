using System.Runtime.InteropServices;
using Grid.Compute;
using Grid.Torch.Operators;
using TorchSharp;

namespace Grid.Torch;

public sealed partial class TorchDevice
{
    /// <inheritdoc/>
    public override Tensor MedianFilter(Tensor images, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (images.Shape.Rank != 4) throw new ArgumentException($"{images.Shape} are not images [n, channels, height, width].");
        if (images.Shape.Count == 0) return Zeros(images.Shape);
        using var rows = Mirrored(images.Shape[2], size);
        using var columns = Mirrored(images.Shape[3], size);
        return Run(images.Shape, () =>
        {
            var windows =
                Value(images).index_select(2, Sent(rows)).index_select(3, Sent(columns)).unfold(2, size, 1).unfold(3, size, 1).flatten(4);
            return torch.sort(windows, -1).values.select(-1, size * size / 2).contiguous();
        });
    }

    /// <summary>The place of each element of an axis that is extended on both sides by mirroring: cba|abc|cba.</summary>
    torch.Tensor Mirrored(int length, int size)
    {
        var host = Hosted(torch.ScalarType.Int64, [length + size - 1]);
        var places = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (var i = 0; i < places.Length; i++)
        {
            var place = ((i - size / 2) % (2 * length) + 2 * length) % (2 * length);
            places[i] = Math.Min(place, 2 * length - 1 - place);
        }

        return host;
    }

    /// <inheritdoc/>
    public override Tensor GridSample(Tensor images, Tensor positions) => Run(Sampled(images.Shape, positions.Shape), () =>
        Seen(images, positions).Sample(Planes(images)).view(Axes(Sampled(images.Shape, positions.Shape))));

    /// <inheritdoc/>
    public override Tensor GridSampleImageGradient(Tensor gradient, Tensor positions, Shape images)
    {
        RequireShape(gradient, Sampled(images, positions.Shape));
        return Run(images,
            () => new BilinearSampler(Value(positions), images[2], images[3]).ImageGradient(Planes(gradient)).view(Axes(images)));
    }

    /// <inheritdoc/>
    public override Tensor GridSamplePositionGradient(Tensor gradient, Tensor images, Tensor positions)
    {
        RequireShape(gradient, Sampled(images.Shape, positions.Shape));
        return Run(positions.Shape,
            () => Seen(images, positions).PositionGradient(Planes(images), Planes(gradient)).view(Axes(positions.Shape)));
    }

    BilinearSampler Seen(Tensor images, Tensor positions) => new(Value(positions), images.Shape[2], images.Shape[3]);

    /// <summary>The planes of images: [n, c, h, w] -> [n, c, h w].</summary>
    torch.Tensor Planes(Tensor a) => Value(a).view(a.Shape[0], a.Shape[1], a.Shape[2] * a.Shape[3]);

    static Shape Sampled(Shape images, Shape positions)
    {
        if (images.Rank != 4 || positions.Rank != 4 || positions[0] != images[0] || positions[1] != 2)
            throw new ArgumentException($"Positions {positions} do not fit {images}.");
        return [images[0], images[1], positions[2], positions[3]];
    }
}
