using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;

namespace Grid.Contracts;

/// <param name="Worker">Silo and slot.</param>
/// <param name="Models">Trained models at hand, by key; their groups are given first.</param>
/// <param name="Most">Groups wanted at most.</param>
[GenerateSerializer, Immutable, Alias("grid.lease-request")]
public sealed record LeaseRequest([property: Id(0)] string Worker, [property: Id(1)] ImmutableArray<string> Models, [property: Id(2)] int Most);

/// <summary>The right to run the open cells of a group for a while.</summary>
/// <param name="Cell">What the cells share; its strength is the first one's.</param>
/// <param name="Cells">The open ones, in order of strength.</param>
/// <param name="Attempt">Counts from 1; grows with every worker lost and every passing fault.</param>
/// <param name="LeaseTime">Until it is lost unless renewed.</param>
/// <param name="GiveUp">Why the cells are to be marked as failed without another try; null to run them.</param>
/// <param name="Model">Key of the model they need; null where there is none.</param>
/// <param name="Trace">Of the submission, as W3C's <c>traceparent</c>; null where nobody traces, or the coordinator has moved since.</param>
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
    [property: Id(0)] int Index, [property: Id(1)] double Strength, [property: Id(2)] CellId Id, [property: Id(3)] DateTimeOffset FailedAfter);

/// <param name="Doing">What the worker is at, in words.</param>
[GenerateSerializer, Immutable, Alias("grid.renewal")]
public sealed record Renewal([property: Id(0)] int Group, [property: Id(1)] long Token, [property: Id(2)] string Doing);

/// <param name="Results">By cell; what the coordinator need not know is left out of them.</param>
/// <param name="Ended">True if the worker holds the group no longer.</param>
/// <param name="Wait">How long the cells without a result are to be left alone.</param>
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

/// <summary>Which cells to run again.</summary>
/// <param name="Cell">One cell by its id, whatever it is; null for all.</param>
/// <param name="Failed">Those that failed; those without a result are always meant.</param>
[GenerateSerializer, Immutable, Alias("grid.retry")]
public sealed record Retry([property: Id(0)] string? Cell, [property: Id(1)] bool Failed);
