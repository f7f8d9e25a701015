namespace Grid.Lab.Datasets;

/// <summary>The smallest and largest value of every feature of a table, by which it is mapped to [0, 1].</summary>
sealed class FeatureRanges
{
    readonly float[] _low;
    readonly float[] _high;

    FeatureRanges(float[] low, float[] high) => (_low, _high) = (low, high);

    /// <summary>The ranges of the features of training samples.</summary>
    /// <param name="inputs">The inputs of the training samples, row by row; the test samples have no say.</param>
    public static FeatureRanges Of(float[] inputs, int features)
    {
        var (low, high) = (inputs[..features], inputs[..features]);
        for (var i = features; i < inputs.Length; i++)
        {
            low[i % features] = Math.Min(low[i % features], inputs[i]);
            high[i % features] = Math.Max(high[i % features], inputs[i]);
        }

        return new(low, high);
    }

    /// <summary>Maps inputs to [0, 1], in place. A value outside the range, as test samples may have, becomes 0 or 1; a feature that never
    /// varies becomes 0.</summary>
    public void Apply(params float[][] inputs)
    {
        foreach (var values in inputs)
        {
            for (var i = 0; i < values.Length; i++)
            {
                double low = _low[i % _low.Length], width = _high[i % _low.Length] - low;
                values[i] = width > 0 ? (float)Math.Clamp((values[i] - low) / width, 0, 1) : 0;
            }
        }
    }
}
