using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>An array on the host: a constant of a graph, or a shape that it computes. Its elements are whole numbers (booleans too, as 0
/// and 1) or floats, row by row.</summary>
sealed class Numbers
{
    readonly float[]? _floats;
    readonly long[]? _whole;

    public Numbers(Shape shape, float[] values) => (Shape, _floats) = (shape, Filling(shape, values));

    public Numbers(Shape shape, long[] values) => (Shape, _whole) = (shape, Filling(shape, values));

    public static Numbers Vector(params IReadOnlyList<long> values) => new([values.Count], [.. values]);

    public Shape Shape { get; }

    public bool Whole => _whole is not null;

    public int Count => Shape.Count;

    public double this[int index] => _whole is null ? _floats![index] : _whole[index];

    public float[] Floats() => _floats ?? Array.ConvertAll(_whole!, v => (float)v);

    public long[] Longs() => _whole ?? Array.ConvertAll(_floats!, v => (long)v);

    public int[] Ints() => Array.ConvertAll(Longs(), v => (int)Math.Clamp(v, int.MinValue, int.MaxValue));

    public Numbers Reshaped(Shape shape) => _whole is null ? new(shape, _floats!) : new(shape, _whole);

    /// <summary>The elements with these indices; an index below 0 gives 0.</summary>
    public Numbers Taken(Shape shape, int[] indices) => _whole is null
        ? new(shape, Array.ConvertAll(indices, i => i < 0 ? 0 : _floats![i]))
        : new(shape, Array.ConvertAll(indices, i => i < 0 ? 0 : _whole[i]));

    static T[] Filling<T>(Shape shape, T[] values) =>
        values.Length == shape.Count ? values : throw new ArgumentException($"{values.Length} values do not fill {shape}.", nameof(values));
}
