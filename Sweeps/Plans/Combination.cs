using System.Runtime.CompilerServices;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Plans;

/// <summary>One value on each axis, by its number in <see cref="AxisValues"/>, in the order of <see cref="Axis.Order"/>.</summary>
[InlineArray(8)]
struct Combination : IEquatable<Combination>
{
    int _first;

    /// <summary>The combination with the axes that a trained model does not depend on, attack and evaluation, left at 0.</summary>
    public readonly Combination Trained()
    {
        var copy = this;
        copy[4] = copy[6] = 0;
        return copy;
    }

    public readonly bool Equals(Combination other) => ((ReadOnlySpan<int>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is Combination other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in this) hash.Add(value);
        return hash.ToHashCode();
    }
}
