using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Grid.Compute;

/// <summary>The lengths of a tensor's axes, batch first; images are [n, channels, height, width].</summary>
[CollectionBuilder(typeof(Shape), nameof(From))]
public sealed class Shape : IEquatable<Shape>
{
    readonly ImmutableArray<int> _axes;

    Shape(ImmutableArray<int> axes)
    {
        var count = 1L;
        foreach (var axis in axes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis);
            // A product that is too large stays so, unless an axis of 0 follows.
            count = Math.Min(count, Array.MaxLength + 1L) * axis;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength, nameof(axes));
        (_axes, Count) = (axes, (int)count);
    }

    /// <summary>A shape with these axes.</summary>
    /// <param name="axes">The lengths of the axes, the leading one first.</param>
    public static Shape From(ReadOnlySpan<int> axes) => new([.. axes]);

    /// <summary>The length of an axis, counted from the first.</summary>
    public int this[int axis] => _axes[axis];

    /// <summary>The length of an axis, counted from either end.</summary>
    public int this[Index axis] => _axes[axis];

    /// <summary>The number of axes.</summary>
    public int Rank => _axes.Length;

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>The length of the leading axis; 1 where there is none.</summary>
    public int Rows => Rank == 0 ? 1 : _axes[0];

    /// <summary>The number of elements of one row: the product of all axes but the leading one.</summary>
    public int RowSize => Rows == 0 ? 0 : Count / Rows;

    /// <summary>The same shape with another length of the leading axis.</summary>
    /// <param name="rows">The new length of the leading axis.</param>
    public Shape WithRows(int rows) => new(_axes.SetItem(0, rows));

    /// <summary>The shape of one row: the axes behind the leading one.</summary>
    public Shape Row => new(_axes.RemoveAt(0));

    /// <summary>The shape of so many tensors of this shape, along a new leading axis.</summary>
    /// <param name="count">The length of the new leading axis.</param>
    public Shape Times(int count) => new(_axes.Insert(0, count));

    /// <summary>A copy of the lengths.</summary>
    public int[] ToArray() => [.. _axes];

    /// <summary>The shape that two shapes have in common once axes of length 1 are repeated and missing leading axes added; null where they
    /// do not fit.</summary>
    /// <param name="a">The first shape.</param>
    /// <param name="b">The second shape.</param>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        var axes = new int[Math.Max(a.Rank, b.Rank)];
        for (var i = 1; i <= axes.Length; i++)
        {
            var (x, y) = (i <= a.Rank ? a[^i] : 1, i <= b.Rank ? b[^i] : 1);
            if (x != y && x != 1 && y != 1) return null;
            axes[^i] = x == 1 ? y : x;
        }

        return From(axes);
    }

    /// <summary>Enumerates the lengths of the axes.</summary>
    public ImmutableArray<int>.Enumerator GetEnumerator() => _axes.GetEnumerator();

    /// <summary>Whether both have the same axes.</summary>
    /// <param name="other">What it is compared with.</param>
    public bool Equals(Shape? other) => other is not null && _axes.AsSpan().SequenceEqual(other._axes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => _axes.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _axes)}]";
}
