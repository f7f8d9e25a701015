namespace Grid.Lab.Models;

/// <summary>Indices of samples as a tensor of a model file, whose numbers are floats.</summary>
static class IndexTensor
{
    // Above it not every whole number is a float.
    const int Largest = 1 << 24;

    /// <summary>A tensor of indices.</summary>
    /// <exception cref="LabException">An index is above 16,777,216.</exception>
    public static NamedTensor Of(string name, IReadOnlyList<int> indices)
    {
        if (indices.Any(i => i > Largest))
        {
            throw new LabException(FormattableString.Invariant(
                $"Sample {indices.Max():N0} is beyond {Largest:N0}, the last one that can be kept by its number; take fewer samples"));
        }

        return new(name, [indices.Count], [.. indices.Select(i => (float)i)]);
    }

    public static int[] Read(NamedTensor tensor) => Array.ConvertAll(tensor.Values, i => (int)i);
}
