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

    /// <summary>Some of its rows, any of them more than once.</summary>
    public Batch Take(int[] rows) => new(
        Images.Device.GatherRows(Images, rows), Labels.Device.GatherRows(Labels, rows), Array.ConvertAll(rows, i => Samples.Span[i]));
}

/// <summary>Brings chosen samples to a device.</summary>
/// <param name="augment">What is drawn anew for images of a training step; nothing unless given.</param>
/// <param name="seed">Of these draws.</param>
public sealed class Batches(Samples samples, ImageShape shape, Device device, IReadOnlyList<Augmentation>? augment = null, ulong seed = 0)
{
    readonly float[] _labels = Array.ConvertAll(samples.Labels, label => (float)label);

    public Batch Take(ReadOnlyMemory<int> indices) => new(
        device.UploadRows(samples.Inputs, indices, [indices.Length, shape.Channels, shape.Height, shape.Width]),
        device.UploadRows(_labels, indices, [indices.Length]), indices);

    /// <summary>The samples as a step of training sees them.</summary>
    public Batch Take(ReadOnlyMemory<int> indices, int step)
    {
        if (augment is null or []) return Take(indices);
        var images = device.Upload([indices.Length, shape.Channels, shape.Height, shape.Width], (row, values) =>
            Augmented.Write(samples.Inputs.AsSpan(indices.Span[row] * shape.Size, shape.Size), values, shape, augment, seed, step, indices.Span[row]));
        return new(images, device.UploadRows(_labels, indices, [indices.Length]), indices);
    }
}
