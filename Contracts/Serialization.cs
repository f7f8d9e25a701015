using Grid.Sweeps.Journals;
using Orleans.Serialization;

namespace Grid.Contracts;

/// <summary>Client and silos register the same: records of Sweeps travel as the JSON they are stored as.</summary>
public static class Serialization
{
    public static ISerializerBuilder AddGrid(this ISerializerBuilder builder) => builder.AddJsonSerializer(
        type => type.Namespace?.StartsWith("Grid.Sweeps", StringComparison.Ordinal) == true, ResultJson.Options);
}
