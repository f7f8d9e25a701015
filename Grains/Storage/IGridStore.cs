using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Grains.Storage;

/// <summary>
/// Where the cluster keeps what must outlive it: a database, or files of a single silo. Rows carry a version, which a writer must know to
/// replace them. Safe for concurrent use.
/// </summary>
public interface IGridStore
{
    /// <summary>The cells asked for, in that order; null where there is no row.</summary>
    Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells);

    /// <summary>
    /// Writes rows durably, all in one go; a row whose version is not the expected one is left as it is.
    /// </summary>
    /// <param name="rows">Each with the version it replaces; 0 for a new row. No cell twice.</param>
    /// <returns>For each whether it was written; its version is then one higher.</returns>
    Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows);

    Task<Versioned<SweepRecord>?> ReadSweep(string sweep);

    /// <inheritdoc cref="WriteCells"/>
    Task<bool> WriteSweep(Versioned<SweepRecord> row);

    /// <summary>Notes which cells a sweep has, in the order of its plan, before its results are first read. Repeating it changes nothing,
    /// and mends what was damaged.</summary>
    Task Enlist(string sweep, IReadOnlyList<CellId> cells);

    /// <summary>Results of a sweep's cells, by index in its plan, in no order, with the moment they were kept; without confusion matrices,
    /// their largest part.</summary>
    IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(string sweep, CancellationToken ct);

    /// <summary>
    /// Every sweep, or those that workers may take groups of, now or once they are planned: the highest priority first, then the oldest.
    /// Their texts may be left out.
    /// </summary>
    Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct);

    /// <summary>Says that a worker lives, and what it does. Those not heard of for a day by then are forgotten.</summary>
    Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct);

    /// <summary>Workers that have said so since a moment, by name.</summary>
    Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct);
}

/// <param name="Version">From 1, one more with each write.</param>
public sealed record Versioned<T>(T Value, long Version);
