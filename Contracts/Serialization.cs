using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Grid.Contracts;

/// <summary>
/// Registers how messages are written, alike in clients and silos. Everything that travels has an alias of its own instead of its name in
/// code, so that code may be renamed. Types of this project have an attribute for it; records of Sweeps, which knows no cluster, have their
/// aliases below.
/// </summary>
public static class Serialization
{
    /// <summary>Records of Sweeps by their names on the wire. They travel as the JSON that they are stored as.</summary>
    public static IReadOnlyDictionary<string, Type> Records { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["grid.cell"] = typeof(Cell),
        ["grid.cell-id"] = typeof(CellId),
        ["grid.cost-estimate"] = typeof(CostEstimate),
        ["grid.cell-result"] = typeof(CellResult),
        ["grid.friends-row"] = typeof(FriendsRow),
        ["grid.limits"] = typeof(Limits),
        ["grid.sample-images"] = typeof(SampleImages),
        ["grid.security-curve"] = typeof(SecurityCurve),
    };

    public static ISerializerBuilder AddGrid(this ISerializerBuilder builder)
    {
        builder.Configure(manifest =>
        {
            foreach (var (name, record) in Records) manifest.WellKnownTypeAliases[name] = record;
        });
        return builder.AddJsonSerializer(Records.Values.Contains, ResultJson.Options);
    }
}
