using System.Numerics;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec.Values;

/// <summary>As many whole numbers as asked for, from 0.</summary>
sealed class FirstNumbers(int count) : Variants
{
    public override BigInteger Count => count;

    public override IReadOnlyList<ParameterValue> Expand() => [.. Enumerable.Range(0, count).Select(i => new Number(i))];
}
