using System.Runtime.CompilerServices;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Simulation.Tests;

/// <summary>The rows of the cluster: they outlive every process.</summary>
/// <param name="now">The time of the simulation.</param>
sealed class SimulatedStore(Invariants invariants, Func<TimeSpan> now)
{
    readonly Stack<(TimeSpan At, Action Undo)> _written = new();
    readonly HashSet<CellId> _lost = [];
    readonly Dictionary<CellId, Versioned<CellRecord>> _cells = [];
    readonly Dictionary<string, Versioned<SweepRecord>> _sweeps = [];
    readonly Dictionary<string, IReadOnlyList<CellId>> _members = [];

    public Versioned<CellRecord>? Cell(CellId id) => _cells.GetValueOrDefault(id);

    public Versioned<SweepRecord>? Sweep(string id) => _sweeps.GetValueOrDefault(id);

    public IReadOnlyList<CellId> Members(string sweep) => _members.GetValueOrDefault(sweep, []);

    public void Enlist(string sweep, IReadOnlyList<CellId> cells) => Put(_members, sweep, cells);

    /// <summary>A replica takes over that has not heard of what was written since: though it was written, it is lost.</summary>
    public void FallBack(TimeSpan since)
    {
        var before = _cells.Keys.ToList();
        while (_written.TryPeek(out var last) && last.At >= since) _written.Pop().Undo();
        _lost.UnionWith(before.Except(_cells.Keys));
    }

    /// <summary>Whether some cell had a row once.</summary>
    public bool HasLost => _lost.Count > 0;

    /// <summary>Whether the cell had a row once. Its coordinator may miss it only when the sweep is to end.</summary>
    public bool WasLost(CellId id) => _lost.Contains(id);

    public IReadOnlyList<SweepRecord> Sweeps(bool runningOnly) =>
    [
        .. _sweeps.Values.Select(s => s.Value).Where(s => !runningOnly || s.Phase is SweepPhase.Running or SweepPhase.Planning)
            .OrderByDescending(s => s.Priority).ThenBy(s => s.Submitted).ThenBy(s => s.Id, StringComparer.Ordinal),
    ];

    public bool Write(Versioned<SweepRecord> row)
    {
        if ((_sweeps.GetValueOrDefault(row.Value.Id)?.Version ?? 0) != row.Version) return false;
        Put(_sweeps, row.Value.Id, row with { Version = row.Version + 1 });
        return true;
    }

    public bool Write(Versioned<CellRecord> row)
    {
        var id = row.Value.Result.Cell;
        var before = _cells.GetValueOrDefault(id);
        if ((before?.Version ?? 0) != row.Version) return false;
        invariants.Kept(before?.Value.Result, row.Value.Result);
        Put(_cells, id, row with { Version = row.Version + 1 });
        return true;
    }

    void Put<TKey, TValue>(Dictionary<TKey, TValue> rows, TKey key, TValue value) where TKey : notnull
    {
        var (had, before) = (rows.TryGetValue(key, out var found), found);
        rows[key] = value;
        _written.Push((now(), Undo));

        void Undo()
        {
            if (had) rows[key] = before!;
            else rows.Remove(key);
        }
    }
}

/// <summary>A silo's way to the store, which may be long, broken, or lose what comes back.</summary>
sealed class StoreClient(
    SimulatedStore store, Conditions conditions, SimulatedProcess process, TimeProvider clock, Dice dice, Trace trace,
    OldFault putBack) : IGridStore
{
    public Task<IReadOnlyList<Versioned<CellRecord>?>> ReadCells(IReadOnlyList<CellId> cells) =>
        Ask<IReadOnlyList<Versioned<CellRecord>?>>(() => [.. cells.Select(store.Cell)], writes: false);

    public Task<IReadOnlyList<bool>> WriteCells(IReadOnlyList<Versioned<CellRecord>> rows) =>
        Ask<IReadOnlyList<bool>>(() => [.. rows.Select(store.Write)], writes: true);

    public Task<Versioned<SweepRecord>?> ReadSweep(string sweep) => Ask(() => store.Sweep(sweep), writes: false);

    public Task<bool> WriteSweep(Versioned<SweepRecord> row) => Ask(() => store.Write(row), writes: true);

    public Task Enlist(string sweep, IReadOnlyList<CellId> cells) => Ask(
        () =>
        {
            store.Enlist(sweep, cells);
            return true;
        },
        writes: true);

    // In two pages, between which the world goes on.
    public async IAsyncEnumerable<(int Index, CellResult Result, DateTimeOffset Finished)> Results(
        string sweep, [EnumeratorCancellation] CancellationToken ct)
    {
        var members = store.Members(sweep);
        for (var from = 0; from < members.Count; from += (members.Count + 1) / 2)
        {
            var page = members.Select((id, i) => (Id: id, Index: i)).Skip(from).Take((members.Count + 1) / 2);
            foreach (var row in await Ask(() => page.Select(m => (m.Index, Row: store.Cell(m.Id))).ToList(), writes: false))
                if (row.Row is { Value: var record }) yield return (row.Index, record.Result, record.Finished);
        }
    }

    public Task<IReadOnlyList<(int Index, bool HasFailed)>> CellsNotDone(string sweep, CancellationToken ct) =>
        Ask<IReadOnlyList<(int Index, bool HasFailed)>>(
            () => putBack == OldFault.MemoryCounts ? []
                : [
                    .. store.Members(sweep).Index().Select(c => (c.Index, Row: store.Cell(c.Item)))
                        .Where(c => c.Row?.Value.Result.Status != CellStatus.Done).Select(c => (c.Index, c.Row is not null)),
                ],
            writes: false);

    public Task<IReadOnlyList<SweepRecord>> Sweeps(bool runningOnly, CancellationToken ct) =>
        Ask(() => store.Sweeps(runningOnly), writes: false);

    public Task Beat(IReadOnlyList<WorkerRecord> workers, CancellationToken ct) => Task.CompletedTask;

    public Task<IReadOnlyList<WorkerRecord>> Workers(DateTimeOffset since, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<WorkerRecord>>([]);

    async Task<T> Ask<T>(Func<T> question, bool writes)
    {
        await Task.Delay(dice.Seconds(0.001, 0.005) + conditions.StoreDelay, clock);
        if (conditions.StoreIsAway) throw new IOException("The store is away.");
        var answer = question();
        await Task.Delay(dice.Seconds(0.001, 0.005), clock);
        if (!writes || !dice.Chance(conditions.StoreForgets)) return answer;
        trace.Note(process, $"The store has written, and its answer is lost");
        throw new IOException("The store's answer is lost.");
    }
}
