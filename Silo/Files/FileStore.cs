using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grid.Silo.Files;

/// <summary>
/// Keeps the rows of a single silo in a folder that it alone holds: <c>cells.jsonl</c> and a folder <c>sweeps</c>. The process may be
/// killed at any moment. Rows of workers are in memory only. Work on files runs away from the caller, who may be a grain.
/// </summary>
sealed partial class FileStore : IGridStore, IDisposable
{
    const int Page = 1000;

    static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    readonly FolderLock _lock;
    readonly CellFile _cells;
    readonly SweepFolder _sweeps;
    readonly ConcurrentDictionary<string, WorkerRecord> _workers = new(StringComparer.Ordinal);
    int _closed;

    /// <summary>The log, which is set later, for the store is opened before there is a log.</summary>
    public ILogger<FileStore> Log { get; set; } = NullLogger<FileStore>.Instance;

    FileStore(FolderLock held, CellFile cells, SweepFolder sweeps) => (_lock, _cells, _sweeps) = (held, cells, sweeps);

    /// <exception cref="JournalException">Another silo holds the folder, or a file in it is damaged; the message says what to
    /// do.</exception>
    /// <exception cref="JournalWriteException">There is no room to begin.</exception>
    public static FileStore Open(string folder, TimeProvider clock)
    {
        var held = FolderLock.Take(folder);
        CellFile? cells = null;
        try
        {
            cells = CellFile.Open(Path.Combine(folder, Journal.FileName), clock);
            return new(held, cells, SweepFolder.Open(Path.Combine(folder, "sweeps")));
        }
        catch
        {
            cells?.Dispose();
            held.Dispose();
            throw;
        }
    }

    public Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells) => Task.Run(() => _cells.Read(cells));

    public Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows) => Task.Run(() => _cells.Write(rows));

    public Task<Versioned<SweepRecord>?> ReadSweep(string sweep) => Task.FromResult(_sweeps.Find(sweep));

    public Task<bool> WriteSweep(Versioned<SweepRecord> row) => Task.Run(() => _sweeps.Write(row));

    public Task Enlist(string sweep, IReadOnlyList<CellId> cells) =>
        Task.Run(() => _sweeps.Enlist(sweep, cells, path => ListDamaged(Log, path)));

    public Task<IReadOnlyList<(int Index, bool HasFailed)>> CellsNotDone(string sweep, CancellationToken ct) =>
        Task.Run(() => _cells.NotDone(_sweeps.Cells(sweep)), ct);

    public async IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(
        string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        var cells = await Task.Run(() => _sweeps.Cells(sweep), ct);
        var provenances = new Dictionary<Provenance, Provenance>();
        for (var from = 0; from < cells.Count; from += Page)
        {
            var page = cells.Skip(from).Take(Page).ToList();
            var rows = await Task.Run(() => _cells.Read(page), ct);
            for (var i = 0; i < rows.Count; i++)
            {
                if (rows[i] is not { Value: var record }) continue;
                // The results of a run share one provenance.
                if (!provenances.TryGetValue(record.Result.Provenance, out var shared))
                    provenances.Add(shared = record.Result.Provenance, shared);
                yield return (from + i, record.Result.Outlined() with { Provenance = shared }, record.Finished);
            }
        }
    }

    public Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct) => Task.FromResult<IReadOnlyList<SweepRecord>>(
    [
        .. _sweeps.All()
            .Where(s => !runningOnly || s.Phase is SweepPhase.Running or SweepPhase.Planning)
            .OrderByDescending(s => s.Priority).ThenBy(s => s.Submitted).ThenBy(s => s.Id, StringComparer.Ordinal),
    ]);

    public Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct)
    {
        foreach (var worker in workers) _workers[worker.Worker] = worker;
        foreach (var gone in _workers.Values.Where(w => workers.Count > 0 && w.Seen < workers.Max(b => b.Seen) - Forgotten))
            _workers.TryRemove(gone.Worker, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<WorkerRecord>>(
            [.. _workers.Values.Where(w => w.Seen >= since).OrderBy(w => w.Worker, StringComparer.Ordinal)]);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1) return;
        _cells.Dispose();
        _lock.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{path} was damaged and is made anew")]
    static partial void ListDamaged(ILogger log, string path);
}
