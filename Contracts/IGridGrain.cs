using System.Collections.Immutable;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;

namespace Grid.Contracts;

/// <summary>Accepts sweeps and lists them. It holds no state of its own; its key is 0.</summary>
[Alias("grid.desk-grain")]
public interface IGridGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Checks a sweep and starts it. The same cells are the same sweep, however the file is written; its limits are then those of the last
    /// file. A plan that takes long is made after the answer.
    /// </summary>
    /// <param name="file">Name of the sweep file, as messages show it.</param>
    /// <param name="text">The sweep file.</param>
    /// <exception cref="GridException">The sweep cannot be run; the message says where and why.</exception>
    /// <remarks>A busy cluster takes a while. A client that waits may ask something else now and then, to see that the cluster
    /// works.</remarks>
    [Alias("submit"), ResponseTimeout("01:00:00")]
    Task<Submission> Submit(string file, string text);

    /// <summary>Checks and plans a sweep, and says what it would run and how long that may take. It starts nothing.</summary>
    /// <inheritdoc cref="Submit"/>
    [Alias("estimate"), ResponseTimeout("01:00:00")]
    Task<SweepEstimate> Estimate(string file, string text);

    /// <summary>Every sweep, the newest first.</summary>
    [Alias("sweeps")]
    Task<ImmutableArray<SweepLine>> Sweeps();

    /// <summary>Device workers heard of in the last minute.</summary>
    [Alias("workers")]
    Task<ImmutableArray<WorkerLine>> Workers();

    /// <summary>The first images behind a cell, made again on a silo; null where there is no such cell.</summary>
    /// <param name="cell">Id of the cell.</param>
    /// <param name="count">How many samples at most.</param>
    /// <exception cref="GridException">The cell has no images, or they would take long to make.</exception>
    [Alias("images"), ResponseTimeout("00:05:00")]
    Task<SampleImages?> Images(string sweep, string cell, int count);
}

/// <param name="Sweep">Id of the sweep: its name and the hash of the plan. Until that is known, the name and the hash of the text, which
/// lead to the sweep later.</param>
/// <param name="IsNew">False if the cluster had it before.</param>
/// <param name="Cells">Number of cells; an upper bound while the sweep is being planned.</param>
/// <param name="Known">Cells with a result already, from this sweep or others.</param>
/// <param name="IsPlanning">True if it begins later, by itself.</param>
[GenerateSerializer, Immutable, Alias("grid.submission")]
public sealed record Submission([property: Id(0)] string Sweep, [property: Id(1)] bool IsNew, [property: Id(2)] int Cells,
    [property: Id(3)] int Known, [property: Id(4)] bool IsPlanning);

/// <param name="Sweep">The id that the sweep would get.</param>
/// <param name="Cells">Number of cells, an upper bound if rules choose among them.</param>
/// <param name="IsAtMost">Whether rules choose among the cells.</param>
/// <param name="Known">Cells with a result already, from this sweep or others.</param>
/// <param name="Groups">Groups with cells to run.</param>
/// <param name="Slots">Slots of the workers heard of lately.</param>
/// <param name="Seeds">Seeds with cells to run, ascending.</param>
/// <param name="Cost">How long the cells to run take, judged by measured ones, for one worker.</param>
[GenerateSerializer, Immutable, Alias("grid.sweep-estimate")]
public sealed record SweepEstimate(
    [property: Id(0)] string Sweep,
    [property: Id(1)] int Cells,
    [property: Id(2)] bool IsAtMost,
    [property: Id(3)] int Known,
    [property: Id(4)] int Groups,
    [property: Id(5)] int Slots,
    [property: Id(6)] ImmutableArray<int> Seeds,
    [property: Id(7)] CostEstimate Cost);

/// <summary>A sweep file that was checked, on its way to its coordinator.</summary>
/// <param name="Cells">Number of cells; an upper bound while the sweep is not planned yet.</param>
/// <param name="PlanHash">See <see cref="Sweeps.Plans.Plan.Hash8"/>; empty where it is not planned yet, as is the version.</param>
/// <param name="Version">Version of the science that made the results.</param>
/// <param name="Owner">Who submitted it; null from a front desk of an older version.</param>
[GenerateSerializer, Immutable, Alias("grid.sweep-order")]
public sealed record SweepOrder(
    [property: Id(0)] string File,
    [property: Id(1)] string Text,
    [property: Id(2)] string Name,
    [property: Id(3)] Limits Limits,
    [property: Id(4)] int Cells,
    [property: Id(5)] string PlanHash,
    [property: Id(6)] string Version,
    [property: Id(7)] string? Owner = null);

/// <param name="Finished">When the last cell was settled.</param>
/// <param name="Owner">Who submitted it first; empty where nobody said, null from a silo of an older version.</param>
[GenerateSerializer, Immutable, Alias("grid.sweep-line")]
public sealed record SweepLine(
    [property: Id(0)] string Sweep,
    [property: Id(1)] SweepPhase Phase,
    [property: Id(2)] int Priority,
    [property: Id(3)] int Cells,
    [property: Id(4)] int Done,
    [property: Id(5)] int Failed,
    [property: Id(6)] DateTimeOffset Submitted,
    [property: Id(7)] DateTimeOffset? Finished,
    [property: Id(8)] string? Owner = null);

/// <summary>A slot of a device, which runs one group at a time.</summary>
/// <param name="Worker">Silo and slot: <c>silo-2/cpu:0</c>.</param>
/// <param name="Device">What it computes with, in words.</param>
/// <param name="MemoryBytes">Memory of the device in bytes; 0 where it is not known.</param>
/// <param name="Cells">Settled since the silo started.</param>
/// <param name="CellsPerHour">Over the last minutes.</param>
/// <param name="Doing">What it does now; empty when idle.</param>
[GenerateSerializer, Immutable, Alias("grid.worker-line")]
public sealed record WorkerLine(
    [property: Id(0)] string Worker,
    [property: Id(1)] string Device,
    [property: Id(2)] long MemoryBytes,
    [property: Id(3)] long Cells,
    [property: Id(4)] double CellsPerHour,
    [property: Id(5)] string Doing,
    [property: Id(6)] DateTimeOffset Started,
    [property: Id(7)] DateTimeOffset Seen,
    [property: Id(8)] string State);
