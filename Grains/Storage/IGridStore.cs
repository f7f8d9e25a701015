using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Grains.Storage;

/// <summary>
/// Keeps what must outlive the cluster, in a database or in files of a single silo. Rows have a version, which a writer must know to
/// replace them. Safe for concurrent use.
/// </summary>
public interface IGridStore
{
    /// <summary>Reads the rows of cells, in the order asked for; null where there is no row.</summary>
    Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells);

    /// <summary>
    /// Writes rows durably and together. A row whose version is not the expected one stays as it is.
    /// </summary>
    /// <param name="rows">Rows, each with the version that it replaces, 0 for a new row. No cell may come twice.</param>
    /// <returns>Whether each row was written; its version is then one higher.</returns>
    Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows);

    Task<Versioned<SweepRecord>?> ReadSweep(string sweep);

    /// <inheritdoc cref="WriteCells"/>
    Task<bool> WriteSweep(Versioned<SweepRecord> row);

    /// <summary>Writes down which cells a sweep has, in the order of its plan, before its results are first read. Repeating it changes
    /// nothing and repairs a damaged list.</summary>
    Task Enlist(string sweep, IReadOnlyList<CellId> cells);

    /// <summary>Reads the results of a sweep's cells by index in its plan, in no order, with the moment at which they were kept, and
    /// without confusion matrices, their largest part.</summary>
    IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(string sweep, CancellationToken ct);

    /// <summary>Reads which cells of a sweep are not kept as done, by index in its plan, ascending, and whether a failure of each is
    /// kept: a cell without a row has none.</summary>
    Task<IReadOnlyList<(int Index, bool HasFailed)>> CellsNotDone(string sweep, CancellationToken ct);

    /// <summary>
    /// Reads every sweep, or those that workers may take groups of now or once they are planned: the highest priority first, then the
    /// oldest. Their texts may be left out.
    /// </summary>
    Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct);

    /// <summary>Writes down that workers live, and what they do. Workers that have not written for a day are forgotten.</summary>
    Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct);

    /// <summary>Reads the workers that have written since a moment, by name.</summary>
    Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct);
}

/// <param name="Version">Version of the row, from 1, one higher with each write.</param>
public sealed record Versioned<T>(T Value, long Version);
