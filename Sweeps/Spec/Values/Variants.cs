using System.Numerics;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec.Values;

/// <summary>The values a setting takes in a sweep, counted without being expanded.</summary>
public abstract class Variants
{
    private protected Variants() { }

    /// <summary>How many values there are, repetitions included.</summary>
    public abstract BigInteger Count { get; }

    /// <summary>All values, in the order of the file; they take memory in proportion to <see cref="Count"/>.</summary>
    public abstract IReadOnlyList<ParameterValue> Expand();

    /// <summary>The place in the file of the choice that gives this value; null where the value is no choice, or not among these.</summary>
    internal virtual Mark? Place(ParameterValue value) => null;
}
