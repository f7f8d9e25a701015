using System.Collections.Immutable;
using System.Numerics;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec;

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

/// <summary>Values as they stand in the file.</summary>
sealed class Given(IReadOnlyList<ParameterValue> values) : Variants
{
    public override BigInteger Count => values.Count;

    public override IReadOnlyList<ParameterValue> Expand() => values;
}

/// <summary>The whole numbers from 0, so many.</summary>
sealed class FirstNumbers(int count) : Variants
{
    public override BigInteger Count => count;

    public override IReadOnlyList<ParameterValue> Expand() => [.. Enumerable.Range(0, count).Select(i => new Number(i))];
}

/// <summary>One after the other.</summary>
sealed class Either(IReadOnlyList<Variants> parts) : Variants
{
    public override BigInteger Count { get; } = parts.Aggregate(BigInteger.Zero, (sum, p) => sum + p.Count);

    public override IReadOnlyList<ParameterValue> Expand() => [.. parts.SelectMany(p => p.Expand())];

    internal override Mark? Place(ParameterValue value) => parts.Select(p => p.Place(value)).FirstOrDefault(p => p is not null);
}

/// <summary>A list with all combinations of its items' values, the last item changing fastest.</summary>
sealed class Row(IReadOnlyList<Variants> items) : Variants
{
    public override BigInteger Count { get; } = items.Aggregate(BigInteger.One, (product, i) => product * i.Count);

    public override IReadOnlyList<ParameterValue> Expand()
    {
        IReadOnlyList<ImmutableArray<ParameterValue>> all = [[]];
        foreach (var item in items)
        {
            var expanded = item.Expand();
            all = [.. all.SelectMany(some => expanded.Select(some.Add))];
        }
        return [.. all.Select(values => new Many(values))];
    }
}

/// <summary>One choice with all combinations of its parameters' values, the last parameter changing fastest.</summary>
sealed class Combinations(string name, Mark place, IReadOnlyList<(string Parameter, Variants Values)> settings) : Variants
{
    public override BigInteger Count { get; } = settings.Aggregate(BigInteger.One, (product, s) => product * s.Values.Count);

    public override IReadOnlyList<ParameterValue> Expand()
    {
        IReadOnlyList<ImmutableSortedDictionary<string, ParameterValue>> all = [ImmutableSortedDictionary.Create<string, ParameterValue>(StringComparer.Ordinal)];
        // Fixed settings first: the trees of all combinations then share them.
        foreach (var (parameter, values) in settings.OrderBy(s => s.Values.Count > 1))
        {
            var expanded = values.Expand();
            all = [.. all.SelectMany(some => expanded.Select(value => some.SetItem(parameter, value)))];
        }
        return [.. all.Select(s => new Pick(new Choice(name, s)))];
    }

    internal override Mark? Place(ParameterValue value) => value is Pick { Value.Name: var wanted } && wanted == name && Expand().Contains(value) ? place : null;
}
