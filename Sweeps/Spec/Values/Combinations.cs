using System.Collections.Immutable;
using System.Numerics;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec.Values;

/// <summary>All choices of one entry that its parameters' values make, the last parameter changing fastest.</summary>
sealed class Combinations(string name, Mark place, IReadOnlyList<(string Parameter, Variants Values)> settings) : Variants
{
    public override BigInteger Count { get; } = settings.Aggregate(BigInteger.One, (product, s) => product * s.Values.Count);

    public override IReadOnlyList<ParameterValue> Expand()
    {
        IReadOnlyList<ImmutableSortedDictionary<string, ParameterValue>> all = [
            ImmutableSortedDictionary.Create<string, ParameterValue>(StringComparer.Ordinal)];
        // Fixed settings first: the trees of all combinations then share them.
        foreach (var (parameter, values) in settings.OrderBy(s => s.Values.Count > 1))
        {
            var expanded = values.Expand();
            all = [.. all.SelectMany(some => expanded.Select(value => some.SetItem(parameter, value)))];
        }
        return [.. all.Select(s => new Pick(new Choice(name, s)))];
    }

    internal override Mark? Place(ParameterValue value) =>
        value is Pick { Value.Name: var wanted } && wanted == name && Expand().Contains(value) ? place : null;
}
