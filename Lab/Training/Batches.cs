using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Training;

/// <summary>Some samples on a device.</summary>
/// <param name="Images">[n, c, h, w].</param>
/// <param name="Labels">Class indices [n].</param>
/// <param name="Samples">Index of each in its data set: what random draws for it are keyed by.</param>
public sealed record Batch(Tensor Images, Tensor Labels, ReadOnlyMemory<int> Samples)
{
    public int Count => Samples.Length;
}

/// <summary>Brings chosen samples to a device.</summary>
public sealed class Batches(Samples samples, ImageShape shape, Device device)
{
    float[] _images = [];
    float[] _labels = [];

    public Batch Take(ReadOnlyMemory<int> indices)
    {
        var n = indices.Length;
        if (_labels.Length < n) (_images, _labels) = (new float[n * shape.Size], new float[n]);
        for (var i = 0; i < n; i++)
        {
            var sample = indices.Span[i];
            samples.Inputs.AsSpan(sample * shape.Size, shape.Size).CopyTo(_images.AsSpan(i * shape.Size));
            _labels[i] = samples.Labels[sample];
        }

        var images = device.Upload(_images.AsSpan(0, n * shape.Size), [n, shape.Channels, shape.Height, shape.Width]);
        return new(images, device.Upload(_labels.AsSpan(0, n), [n]), indices);
    }
}
