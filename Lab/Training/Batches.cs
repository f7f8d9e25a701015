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
public sealed class Batches(Samples samples, ImageShape shape, Device device)
{
    readonly float[] _labels = Array.ConvertAll(samples.Labels, label => (float)label);

    public Batch Take(ReadOnlyMemory<int> indices) => new(
        device.UploadRows(samples.Inputs, indices, [indices.Length, shape.Channels, shape.Height, shape.Width]),
        device.UploadRows(_labels, indices, [indices.Length]), indices);
}
