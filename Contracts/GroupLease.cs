using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Contracts;

/// <summary>The right to run the open cells of a group for a while.</summary>
/// <param name="Cell">The settings that the cells share; the strength is that of the first one.</param>
/// <param name="Cells">The open cells, in order of strength.</param>
/// <param name="Attempt">Number of the attempt, from 1; it grows with every worker lost and every passing fault.</param>
/// <param name="LeaseTime">Time after which the lease is lost unless it is renewed.</param>
/// <param name="GiveUp">Why the cells are to be marked as failed without another try; null to run them.</param>
/// <param name="Model">Key of the model that the cells need; null if they need none.</param>
/// <param name="Trace">The trace of the submission, as W3C's <c>traceparent</c>; null where nobody traces, or the coordinator has moved
/// since.</param>
[GenerateSerializer, Immutable, Alias("grid.group-lease")]
public sealed record GroupLease(
    [property: Id(0)] string Sweep,
    [property: Id(1)] int Group,
    [property: Id(2)] long Token,
    [property: Id(3)] Cell Cell,
    [property: Id(4)] ImmutableArray<LeasedCell> Cells,
    [property: Id(5)] int Attempt,
    [property: Id(6)] TimeSpan LeaseTime,
    [property: Id(7)] string? GiveUp,
    [property: Id(8)] string? Model,
    [property: Id(9)] Limits Limits,
    [property: Id(10)] string? Trace = null);

/// <param name="Index">Index of the cell in the plan.</param>
/// <param name="FailedAfter">Moment after which failures count, see <see cref="Claim"/>.</param>
[GenerateSerializer, Immutable, Alias("grid.leased-cell")]
public sealed record LeasedCell(
    [property: Id(0)] int Index, [property: Id(1)] double Strength, [property: Id(2)] CellId Id,
    [property: Id(3)] DateTimeOffset FailedAfter);
