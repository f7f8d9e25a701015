using System.Numerics;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec.Values;

/// <summary>The whole numbers from 0, so many.</summary>
sealed class FirstNumbers(int count) : Variants
{
    public override BigInteger Count => count;

    public override IReadOnlyList<ParameterValue> Expand() => [.. Enumerable.Range(0, count).Select(i => new Number(i))];
}
