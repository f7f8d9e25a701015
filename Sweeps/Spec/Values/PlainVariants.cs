using System.Numerics;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec.Values;

/// <summary>Values as they stand in the file.</summary>
sealed class PlainVariants(IReadOnlyList<ParameterValue> values) : Variants
{
    public override BigInteger Count => values.Count;

    public override IReadOnlyList<ParameterValue> Expand() => values;
}
