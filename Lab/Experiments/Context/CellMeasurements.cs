using System.Collections.Immutable;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Context;

/// <summary>The measurements, outcomes and confusion matrix of one cell.</summary>
sealed record CellMeasurements(
    ImmutableSortedDictionary<string, Measurement> Measurements, OutcomeBits? Outcomes = null,
    ImmutableArray<ImmutableArray<int>>? Confusion = null)
{
    public static ImmutableSortedDictionary<string, Measurement> Table(params ReadOnlySpan<(string Name, Measurement Value)> measurements)
    {
        var table = ImmutableSortedDictionary.CreateBuilder<string, Measurement>(StringComparer.Ordinal);
        foreach (var (name, value) in measurements) table.Add(name, value);
        return table.ToImmutable();
    }
}
