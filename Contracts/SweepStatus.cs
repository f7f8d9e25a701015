using System.Collections.Immutable;

namespace Grid.Contracts;

/// <summary>How far a sweep is, in cells.</summary>
/// <param name="Reason">Why the sweep stopped, if nobody asked for it.</param>
/// <param name="Known">Number of settled cells that had a result when the sweep began.</param>
/// <param name="CellsPerSecond">Pace over the last minute or so; 0 when nothing runs.</param>
/// <param name="Curves">Curves in the order of the plan.</param>
/// <param name="Failures">The latest few failures.</param>
/// <param name="Running">The groups that workers hold.</param>
/// <param name="Owner">Who submitted it first; empty where nobody said, null from a silo of an older version.</param>
[GenerateSerializer, Immutable, Alias("grid.sweep-status")]
public sealed record SweepStatus(
    [property: Id(0)] string Sweep,
    [property: Id(1)] SweepPhase Phase,
    [property: Id(2)] string? Reason,
    [property: Id(3)] int Cells,
    [property: Id(4)] int Done,
    [property: Id(5)] int Failed,
    [property: Id(6)] int Known,
    [property: Id(7)] int Leased,
    [property: Id(8)] DateTimeOffset Submitted,
    [property: Id(9)] DateTimeOffset? Finished,
    [property: Id(10)] double CellsPerSecond,
    [property: Id(11)] TimeSpan? Remaining,
    [property: Id(12)] ImmutableArray<CurveProgress> Curves,
    [property: Id(13)] ImmutableArray<CellFailure> Failures,
    [property: Id(14)] ImmutableArray<RunningGroup> Running,
    [property: Id(15)] int Priority,
    [property: Id(16)] string? Owner = null);

/// <summary>The cells of one attack on one defended model.</summary>
/// <param name="Poison">The poison with its strength; empty where there is none.</param>
[GenerateSerializer, Immutable, Alias("grid.curve-progress")]
public sealed record CurveProgress(
    [property: Id(0)] string Dataset,
    [property: Id(1)] string Model,
    [property: Id(2)] string Attack,
    [property: Id(3)] string Defense,
    [property: Id(4)] int Cells,
    [property: Id(5)] int Done,
    [property: Id(6)] int Failed,
    [property: Id(7)] string Poison);

/// <param name="Kind">A word of FailureKinds; null from a silo of an older version.</param>
[GenerateSerializer, Immutable, Alias("grid.cell-failure")]
public sealed record CellFailure([property: Id(0)] string Cell, [property: Id(1)] string Error, [property: Id(2)] string? Kind = null);

/// <param name="Doing">What the worker last said that it does.</param>
[GenerateSerializer, Immutable, Alias("grid.running-group")]
public sealed record RunningGroup(
    [property: Id(0)] string Worker, [property: Id(1)] int Group, [property: Id(2)] int Cells, [property: Id(3)] string Doing);
