using System.Runtime.CompilerServices;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Tests;

/// <summary>A database in this process, which can be switched off.</summary>
sealed class MemoryStore : IGridStore
{
    readonly Lock _gate = new();
    readonly Dictionary<CellId, Versioned<CellRecord>> _cells = [];
    readonly Dictionary<string, Versioned<SweepRecord>> _sweeps = [];
    readonly Dictionary<string, IReadOnlyList<CellId>> _members = [];
    readonly Dictionary<string, WorkerRecord> _workers = [];

    /// <summary>What it says when it is down: things that nobody outside may hear.</summary>
    public const string Inside = "/var/lib/grid/base: Host=db.inside.example;Username=grid;Password=hunter2 does not answer";

    public bool IsDown { get; set; }

    /// <summary>It reads, and cannot write.</summary>
    public bool IsFull { get; set; }

    /// <summary>Down for those who read all results of a sweep.</summary>
    public bool HidesResults { get; set; }

    /// <summary>Those who read all results of a sweep wait for it.</summary>
    public Task Reading { get; set; } = Task.CompletedTask;

    /// <summary>Has it be what it was when this was called, once the result is called: as a database that was restored, or of which
    /// another machine took over that had not heard of everything.</summary>
    public Action Remember()
    {
        lock (_gate)
        {
            var (cells, sweeps, members) = (_cells.ToList(), _sweeps.ToList(), _members.ToList());
            return () =>
            {
                lock (_gate)
                {
                    Replace(_cells, cells);
                    Replace(_sweeps, sweeps);
                    Replace(_members, members);
                }
            };
        }

        static void Replace<TKey, TValue>(Dictionary<TKey, TValue> rows, List<KeyValuePair<TKey, TValue>> by) where TKey : notnull
        {
            rows.Clear();
            foreach (var (key, value) in by) rows.Add(key, value);
        }
    }

    /// <summary>How often a cell was written, by cell.</summary>
    public Dictionary<CellId, int> Writes { get; } = [];

    public Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells) =>
        Try<IReadOnlyList<Versioned<CellRecord>?>>(() => [.. cells.Select(_cells.GetValueOrDefault)]);

    public Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows) =>
        Try<IReadOnlyList<bool>>(() => IsFull ? throw new IOException(Inside) : [.. rows.Select(Write)]);

    public Task<Versioned<SweepRecord>?> ReadSweep(string sweep) => Try(() => _sweeps.GetValueOrDefault(sweep));

    /// <summary>What happens to the store just before a sweep is written.</summary>
    public Action<SweepRecord> Writing { get; set; } = _ => { };

    /// <summary>Has no row of a cell any more, behind everybody's back.</summary>
    public void Lose(CellId cell)
    {
        lock (_gate) _cells.Remove(cell);
    }

    public Task<bool> WriteSweep(Versioned<SweepRecord> row) => Try(() =>
    {
        Writing(row.Value);
        if ((_sweeps.GetValueOrDefault(row.Value.Id)?.Version ?? 0) != row.Version) return false;
        _sweeps[row.Value.Id] = row with { Version = row.Version + 1 };
        return true;
    });

    /// <summary>Makes another row of a sweep's, behind everybody's back.</summary>
    public void Change(string sweep, Func<SweepRecord, SweepRecord> change)
    {
        lock (_gate) _sweeps[sweep] = new(change(_sweeps[sweep].Value), _sweeps[sweep].Version + 1);
    }

    /// <summary>Makes others of all results, behind everybody's back.</summary>
    public void ChangeResults(Func<CellResult, CellResult> change)
    {
        lock (_gate)
        {
            foreach (var (id, row) in _cells.ToList())
                _cells[id] = row with { Value = row.Value with { Result = change(row.Value.Result) } };
        }
    }

    public Task Enlist(string sweep, IReadOnlyList<CellId> cells) => Try(() => _members[sweep] = cells);

    public async IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(
        string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        if (HidesResults) throw new IOException(Inside);
        await Reading.WaitAsync(ct);
        var rows = await Try(
            () => _members[sweep].Select((id, i) => (Index: i, Row: _cells.GetValueOrDefault(id))).Where(r => r.Row is not null).ToList());
        foreach (var (index, row) in rows) yield return (index, row!.Value.Result, row.Value.Finished);
    }

    public Task<IReadOnlyList<(int Index, bool HasFailed)>> CellsNotDone(string sweep, CancellationToken ct) =>
        Try<IReadOnlyList<(int Index, bool HasFailed)>>(() =>
        [
            .. _members[sweep].Index().Where(c => _cells.GetValueOrDefault(c.Item)?.Value.Result.Status != CellStatus.Done)
                .Select(c => (c.Index, _cells.ContainsKey(c.Item))),
        ]);

    public Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct) => Try<IReadOnlyList<SweepRecord>>(() =>
    [
        .. _sweeps.Values.Select(s => s.Value).Where(s => !runningOnly || s.Phase is SweepPhase.Running or SweepPhase.Planning)
            .OrderByDescending(s => s.Priority).ThenBy(s => s.Submitted),
    ]);

    public Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct) => Try(() =>
    {
        foreach (var worker in workers) _workers[worker.Worker] = worker;
        return true;
    });

    public Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct) =>
        Try<IReadOnlyList<WorkerRecord>>(() => [.. _workers.Values.Where(w => w.Seen >= since).OrderBy(w => w.Worker)]);

    bool Write(Versioned<CellRecord> row)
    {
        var id = row.Value.Result.Cell;
        if ((_cells.GetValueOrDefault(id)?.Version ?? 0) != row.Version) return false;
        _cells[id] = row with { Version = row.Version + 1 };
        Writes[id] = Writes.GetValueOrDefault(id) + 1;
        return true;
    }

    async Task<T> Try<T>(Func<T> action)
    {
        await Task.Yield();
        if (IsDown) throw new IOException(Inside);

        lock (_gate) return action();
    }
}
