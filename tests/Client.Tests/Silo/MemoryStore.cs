using System.Runtime.CompilerServices;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Client.Tests.Silo;

/// <summary>The tables of a cluster, in memory.</summary>
sealed class MemoryStore(TimeProvider clock) : IGridStore
{
    readonly Lock _gate = new();
    readonly Dictionary<CellId, Versioned<CellRecord>> _cells = [];
    readonly Dictionary<string, Versioned<SweepRecord>> _sweeps = [];
    readonly Dictionary<string, IReadOnlyList<CellId>> _lists = [];
    readonly Dictionary<string, WorkerRecord> _workers = [];

    public Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<Versioned<CellRecord>?>>([.. cells.Select(c => _cells.GetValueOrDefault(c))]);
    }

    public Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<bool>>([.. rows.Select(r => Write(_cells, r.Value.Result.Cell, r))]);
    }

    public Task<Versioned<SweepRecord>?> ReadSweep(string sweep)
    {
        lock (_gate) return Task.FromResult(_sweeps.GetValueOrDefault(sweep));
    }

    public Task<bool> WriteSweep(Versioned<SweepRecord> row)
    {
        lock (_gate) return Task.FromResult(Write(_sweeps, row.Value.Id, row));
    }

    public Task Enlist(string sweep, IReadOnlyList<CellId> cells)
    {
        lock (_gate) _lists[sweep] = cells;
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        List<(int, CellResult, DateTimeOffset)> found;
        lock (_gate)
            found = [.. _lists[sweep].Select((c, i) => (i, _cells.GetValueOrDefault(c))).Where(c => c.Item2 is not null).Select(c => (c.i, c.Item2!.Value.Result, c.Item2.Value.Finished))];
        foreach (var result in found) yield return result;
    }

    public Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<SweepRecord>>([.. _sweeps.Values.Select(s => s.Value).Where(s => !runningOnly || s.Phase == SweepPhase.Running)]);
    }

    public Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct)
    {
        lock (_gate) foreach (var worker in workers) _workers[worker.Worker] = worker with { Seen = clock.GetUtcNow() };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<WorkerRecord>>([.. _workers.Values.Where(w => w.Seen >= since)]);
    }

    static bool Write<TKey, T>(Dictionary<TKey, Versioned<T>> rows, TKey key, Versioned<T> row)
        where TKey : notnull
    {
        if ((rows.GetValueOrDefault(key)?.Version ?? 0) != row.Version) return false;
        rows[key] = row with { Version = row.Version + 1 };
        return true;
    }
}
