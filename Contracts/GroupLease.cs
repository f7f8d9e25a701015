using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Contracts;

/// <summary>The right to run the open cells of a group for a while.</summary>
/// <param name="Cell">What the cells share; its strength is the first one's.</param>
/// <param name="Cells">The open ones, in order of strength.</param>
/// <param name="Attempt">Counts from 1; grows with every worker lost and every passing fault.</param>
/// <param name="LeaseTime">Until it is lost unless renewed.</param>
/// <param name="GiveUp">Why the cells are to be marked as failed without another try; null to run them.</param>
/// <param name="Model">Key of the model they need; null where there is none.</param>
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

/// <param name="Index">In the plan.</param>
/// <param name="FailedAfter">See <see cref="Claim"/>.</param>
[GenerateSerializer, Immutable, Alias("grid.leased-cell")]
public sealed record LeasedCell(
    [property: Id(0)] int Index, [property: Id(1)] double Strength, [property: Id(2)] CellId Id,
    [property: Id(3)] DateTimeOffset FailedAfter);
