using System.Collections.Immutable;
using Grid.Sweeps.Results;

namespace Grid.Contracts;

/// <param name="Results">Results of cells, without what the coordinator need not know.</param>
/// <param name="Ended">True if the worker holds the group no longer.</param>
/// <param name="Wait">How long not to lease the cells without a result.</param>
/// <param name="Fault">True if the group ended by a passing fault, which counts as an attempt.</param>
[GenerateSerializer, Immutable, Alias("grid.group-report")]
public sealed record GroupReport(
    [property: Id(0)] string Worker,
    [property: Id(1)] int Group,
    [property: Id(2)] long Token,
    [property: Id(3)] ImmutableArray<CellReport> Results,
    [property: Id(4)] bool Ended,
    [property: Id(5)] TimeSpan Wait,
    [property: Id(6)] bool Fault);

[GenerateSerializer, Immutable, Alias("grid.cell-report")]
public sealed record CellReport([property: Id(0)] int Index, [property: Id(1)] CellResult Result);
