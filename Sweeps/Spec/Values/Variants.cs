using System.Numerics;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec.Values;

/// <summary>The values a setting takes in a sweep, counted without being expanded.</summary>
public abstract class Variants
{
    private protected Variants() { }

    /// <summary>How many, repetitions included.</summary>
    public abstract BigInteger Count { get; }

    /// <summary>All of them, in the order of the file; takes memory in proportion to Count.</summary>
    public abstract IReadOnlyList<ParameterValue> Expand();

    /// <summary>Where in the file the choice stands that gives this value; null where it is no choice, or not among these.</summary>
    internal virtual Mark? Place(ParameterValue value) => null;
}
