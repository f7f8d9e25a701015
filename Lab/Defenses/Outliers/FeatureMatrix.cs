using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Outliers;

/// <summary>The space in which a filter looks for outliers.</summary>
public enum OutlierSpace
{
    /// <summary>The values of pixels.</summary>
    Pixel,

    /// <summary>The features that the last layer sees of a network that was trained on the suspect set itself.</summary>
    Feature,
}

/// <summary>Training samples as points.</summary>
/// <param name="Values">The points, [n, size] row by row.</param>
sealed record FeatureMatrix(float[] Values, int Size)
{
    const int Block = 256;

    public int Count => Values.Length / Size;

    public ReadOnlySpan<float> this[int i] => Values.AsSpan(i * Size, Size);

    public static FeatureMatrix Of(FilterInput suspect, OutlierSpace space)
    {
        var (samples, shape) = (suspect.Set.Samples, suspect.Data.Shape);
        if (space == OutlierSpace.Pixel) return new(samples.Inputs, shape.Size);
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
