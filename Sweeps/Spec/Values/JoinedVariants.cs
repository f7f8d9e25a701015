using System.Numerics;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec.Values;

/// <summary>The values of several lists, one list after the other.</summary>
sealed class JoinedVariants(IReadOnlyList<Variants> parts) : Variants
{
    public override BigInteger Count { get; } = parts.Aggregate(BigInteger.Zero, (sum, p) => sum + p.Count);

    public override IReadOnlyList<ParameterValue> Expand() => [.. parts.SelectMany(p => p.Expand())];

    internal override Mark? Place(ParameterValue value) => parts.Select(p => p.Place(value)).FirstOrDefault(p => p is not null);
}
