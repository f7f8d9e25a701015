using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Training;

/// <summary>Some samples on a device.</summary>
/// <param name="Images">The images, [n, c, h, w].</param>
/// <param name="Labels">The class of each sample, [n].</param>
/// <param name="Samples">The number of each sample in its data set, by which random draws for it are keyed.</param>
public sealed record Batch(Tensor Images, Tensor Labels, ReadOnlyMemory<int> Samples)
{
    /// <summary>The number of samples.</summary>
    public int Count => Samples.Length;

    /// <summary>Some rows of the batch, any of them more than once.</summary>
    /// <param name="rows">The numbers of the rows, from 0.</param>
    public Batch Take(int[] rows) => new(
        Images.Device.GatherRows(Images, rows), Labels.Device.GatherRows(Labels, rows), Array.ConvertAll(rows, i => Samples.Span[i]));
}

/// <summary>Brings chosen samples to a device.</summary>
/// <param name="samples">The samples.</param>
/// <param name="shape">The shape of an image.</param>
/// <param name="device">The device that computes.</param>
/// <param name="augment">How images are changed at random in each training step; null for not at all.</param>
/// <param name="seed">The seed of these draws.</param>
public sealed class Batches(Samples samples, ImageShape shape, Device device, IReadOnlyList<Augmentation>? augment = null, ulong seed = 0)
{
    readonly float[] _labels = samples.LabelValues;

    /// <summary>Whether the device keeps all samples as training sees them, so that they can be taken by an order that lies there
    /// too.</summary>
    internal bool Resident => augment is null or [] && Images is not null && Labels is not null;

    Tensor? Images => device.Resident(samples.Inputs, Of(samples.Count));

    Tensor? Labels => device.Resident(_labels, [samples.Count]);

    /// <summary>The samples with these indices, on the device.</summary>
    /// <param name="indices">The numbers of the samples, from 0.</param>
    public Batch Take(ReadOnlyMemory<int> indices) => new(
        device.UploadRows(samples.Inputs, indices, Of(indices.Length)), device.UploadRows(_labels, indices, [indices.Length]), indices);

    /// <summary>The samples as a step of training sees them.</summary>
    /// <param name="indices">The numbers of the samples, from 0.</param>
    /// <param name="step">The number of the step, from 0.</param>
    public Batch Take(ReadOnlyMemory<int> indices, int step)
    {
        if (augment is null or []) return Take(indices);
        var images = device.Upload(Of(indices.Length), (row, values) =>
            Augmented.Write(samples.Inputs.AsSpan(indices.Span[row] * shape.Size, shape.Size), values, shape, augment, seed,
                step, indices.Span[row]));
        return new(images, device.UploadRows(_labels, indices, [indices.Length]), indices);
    }

    /// <summary>The samples that entries of an order [k, length] name, from a first entry on.</summary>
    /// <param name="indices">The same numbers on the host: equally many of each row of the order.</param>
    internal Batch Take(Tensor order, int first, ReadOnlyMemory<int> indices)
    {
        var count = indices.Length / order.Shape.Rows;
        return new(device.GatherRows(Images!, order, first, count), device.GatherRows(Labels!, order, first, count), indices);
    }

    Shape Of(int count) => [count, shape.Channels, shape.Height, shape.Width];
}
