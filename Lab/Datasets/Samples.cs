namespace Grid.Lab.Datasets;

/// <summary>Inputs with what is to be predicted from them, in a fixed order.</summary>
public sealed class Samples
{
    /// <summary>The inputs, [n, channels * height * width] row by row; images are in [0, 1].</summary>
    public float[] Inputs { get; }

    /// <summary>The class of each sample, from 0; empty for a regression.</summary>
    public int[] Labels { get; }

    /// <summary>The value of each sample; empty for a classification.</summary>
    public float[] Targets { get; }

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>The labels as a device takes them; always the same array.</summary>
    internal float[] LabelValues => _labelValues ??= Array.ConvertAll(Labels, label => (float)label);

    float[]? _labelValues;

    /// <summary>Samples of a classification; labels are class indices from 0.</summary>
    /// <param name="inputs">The inputs, one sample after the other.</param>
    /// <param name="labels">The class of each sample, from 0.</param>
    public Samples(float[] inputs, int[] labels)
        : this(inputs, labels, [], labels.Length)
    {
    }

    /// <summary>Samples of a regression.</summary>
    /// <param name="inputs">The inputs, one sample after the other.</param>
    /// <param name="targets">The number that each sample is to give.</param>
    public Samples(float[] inputs, float[] targets)
        : this(inputs, [], targets, targets.Length)
    {
    }

    /// <summary>The labelled samples with these indices, in that order.</summary>
    /// <param name="indices">The numbers of the samples, from 0.</param>
    public Samples Take(IReadOnlyList<int> indices)
    {
        var size = Inputs.Length / Count;
        var inputs = new float[indices.Count * size];
        for (var i = 0; i < indices.Count; i++) Inputs.AsSpan(indices[i] * size, size).CopyTo(inputs.AsSpan(i * size));
        return new(inputs, [.. indices.Select(i => Labels[i])]);
    }

    /// <summary>The first so many labelled samples.</summary>
    /// <param name="count">The number of samples; 0 for all.</param>
    public Samples First(int count) =>
        count == 0 || count >= Count ? this : new(Inputs[..(Inputs.Length / Count * count)], Labels[..count]);

    /// <summary>The labelled samples from a place on; null where there are none.</summary>
    /// <param name="first">The number of the first sample, from 0.</param>
    public Samples? From(int first) =>
        first == 0 || first >= Count ? null : new(Inputs[(Inputs.Length / Count * first)..], Labels[first..]);

    Samples(float[] inputs, int[] labels, float[] targets, int count)
    {
        if (count == 0 || inputs.Length % count != 0)
        {
            throw new ArgumentException($"{inputs.Length} input values do not divide among {count} samples.", nameof(inputs));
        }
        (Inputs, Labels, Targets, Count) = (inputs, labels, targets, count);
    }
}
