using System.Numerics;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Strengths;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec;

/// <summary>Axes that multiply, with the rules that apply to their combinations: a whole sweep, or one of its parts.</summary>
public sealed class Product
{
    internal Product(IReadOnlyList<Axis> axes, StrengthAxis strengths, IReadOnlyList<WhenRule> bindings,
        IReadOnlyList<Exclusion> exclusions)
    {
        (Axes, Chosen, Bindings, Exclusions) = (axes, strengths, bindings, exclusions);
        GroupCount = axes.Aggregate(BigInteger.One, (product, a) => product * a.Values.Count);
        CellCount = GroupCount * Math.Max(strengths.Values.Count, bindings.Max(b => b.Strengths?.Values.Count) ?? 0);
    }

    /// <summary>All axes, in the order of <see cref="Axis.Order"/>.</summary>
    public IReadOnlyList<Axis> Axes { get; }

    /// <summary>The strengths, ascending and each once; the first is 0.</summary>
    public IReadOnlyList<double> Strengths => Chosen.Values;

    internal StrengthAxis Chosen { get; }

    /// <summary>When a combination is given up after its control; null where none is.</summary>
    internal StopRule? Stop { get; init; }

    /// <summary>What to say where <see cref="Stop"/> waits for a measurement that nobody knows.</summary>
    internal Problem? IdleStop { get; init; }

    /// <summary>How many groups there are, counted without expanding them. The plan has fewer where values repeat, or where <c>when</c> or
    /// <c>exclude</c> takes some away.</summary>
    public BigInteger GroupCount { get; }

    /// <summary>How many cells there are, counted without expanding them. The plan has fewer where values repeat, or where <c>when</c> or
    /// <c>exclude</c> takes some away.</summary>
    public BigInteger CellCount { get; }

    /// <summary>The place of the strengths in the file.</summary>
    internal Mark? StrengthPlace { get; init; }

    internal Mark? Place(string axis, ParameterValue value) => axis == Axis.Strength
        ? value is Number strength && Strengths.Contains(strength.Value) ? StrengthPlace : null
        : Axes.FirstOrDefault(a => a.Name == axis)?.Values.Place(value);

    internal IReadOnlyList<WhenRule> Bindings { get; }

    internal IReadOnlyList<Exclusion> Exclusions { get; }
}
