using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Outliers;

/// <summary>Where a filter looks for outliers.</summary>
public enum Space
{
    /// <summary>Pixel values.</summary>
    Pixel,

    /// <summary>What the last layer of a network sees that was trained on the suspect set itself.</summary>
    Feature,
}

/// <summary>Training samples as points.</summary>
/// <param name="Values">Row-major [n, size].</param>
sealed record FeatureMatrix(float[] Values, int Size)
{
    const int Block = 256;

    public int Count => Values.Length / Size;

    public ReadOnlySpan<float> this[int i] => Values.AsSpan(i * Size, Size);

    public static FeatureMatrix Of(FilterInput suspect, Space space)
    {
        var (samples, shape) = (suspect.Set.Samples, suspect.Data.Shape);
        if (space == Space.Pixel) return new(samples.Inputs, shape.Size);
        using var network = suspect.Surrogate();
        var batches = new Batches(samples, shape, suspect.Device);
        float[] values = [];
        foreach (var block in Enumerable.Range(0, samples.Count).Chunk(Block))
        {
            suspect.Cancellation.ThrowIfCancellationRequested();
            using var scope = suspect.Device.Scope();
            var features = network.Features(batches.Take(block).Images);
            var size = features.Shape.RowSize;
            if (values.Length == 0) values = new float[samples.Count * size];
            features.ToArray().CopyTo(values, block[0] * size);
        }

        return new(values, values.Length / samples.Count);
    }
}
