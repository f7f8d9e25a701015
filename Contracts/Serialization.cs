using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Grid.Contracts;

/// <summary>
/// How messages are written; clients and silos register the same. Everything that travels goes by an alias of its own, and by no name of
/// the code, which may be renamed at will. What is declared here has the attribute for it; records of Sweeps, which know of no cluster,
/// have their names below.
/// </summary>
public static class Serialization
{
    /// <summary>Records of Sweeps by their names on the wire. They travel as the JSON that they are stored as.</summary>
    public static IReadOnlyDictionary<string, Type> Records { get; } = new Dictionary<string, Type>(StringComparer.Ordinal)
    {
        ["grid.cell"] = typeof(Cell),
        ["grid.cell-id"] = typeof(CellId),
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
