using System.Collections.Immutable;
using System.Numerics;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec.Values;

/// <summary>All lists that the values of their items make, the last item changing fastest.</summary>
sealed class ListVariants(IReadOnlyList<Variants> items) : Variants
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
