using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tracking;

/// <summary>All that the coordinator of a sweep knows: who runs what, every result so far, and counters that tell the progress without a
/// look at the cells. One thread at a time may use it.</summary>
public sealed class SweepBook
{
    const int MostFailures = 20;

    readonly CellResult?[] _results;
    readonly int[] _curveOf;
    readonly Dictionary<int, string> _workers = [];
    readonly LinkedList<(int Cell, CellResult Result)> _failures = [];
    readonly IReadOnlyList<string?> _models;
    readonly IReadOnlyList<bool> _light;
    readonly HashSet<bool> _kinds;
    readonly HashSet<string> _trained = [];
    readonly Throughput _throughput;
    readonly List<int> _known = [];
    // Of groups whose cells are chosen by a rule: what they add to their curve.
    readonly Dictionary<int, (int Cells, int Done, int Failed)> _ruled = [];

    /// <summary>The book of a sweep without results.</summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="models">For each group the key of the trained model that it needs; null where it needs none.</param>
    /// <param name="leaseTime">How long a lease lasts that is not renewed.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    /// <param name="time">The clock of leases.</param>
    /// <param name="faults">The faults that an earlier book has counted, see <see cref="SweepTracker.Faults"/>; null for none.</param>
    /// <param name="light">For each group whether a processor finishes it sooner than a GPU; null where none is said to be.</param>
    public SweepBook(Plan plan, IReadOnlyList<string?> models, TimeSpan leaseTime, CatalogTraits terms, TimeProvider time,
        IReadOnlyDictionary<int, int>? faults = null, IReadOnlyList<bool>? light = null)
    {
        (Plan, _models, _light) = (plan, models, light ?? new bool[plan.Groups.Count]);
        _kinds = [.. _light];
        _results = new CellResult?[plan.Cells.Count];
        Tracker = new(plan.Groups, plan.Cells.Count, leaseTime, time, faults, (group, isSettled) =>
            plan.AskTogether(group, cell => isSettled(cell) ? _results[cell] : null));
        (_curveOf, Curves) = CurveCount.Of(plan, terms);
        foreach (var group in plan.Groups.Where(g => plan.Rule(g.Index) is not null))
        {
            _ruled.Add(group.Index, (group.Cells.Count, 0, 0));
            Count(group.Index);
        }

        _throughput = new(time);
    }

    /// <summary>The plan of the sweep.</summary>
    public Plan Plan { get; }

    /// <summary>Who has leases on what.</summary>
    public SweepTracker Tracker { get; }

    /// <summary>How far each attack on each defended model is.</summary>
    public IReadOnlyList<CurveCount> Curves { get; }

    /// <summary>A number that grows whenever a result is news.</summary>
    public long Version { get; private set; }

    /// <summary>How many cells had a result before the sweep was submitted.</summary>
    public int Known => _known.Count(Tracker.IsAsked);

    /// <summary>How far the sweep is.</summary>
    public Progress Progress => Tracker.Progress;

    /// <inheritdoc cref="SweepTracker.UnfinishedGroups"/>
    public int UnfinishedGroups => Tracker.UnfinishedGroups;

    /// <summary>The latest failures, newest first.</summary>
    public IEnumerable<CellResult> Failures => _failures.Select(f => f.Result);

    /// <summary>How many cells were settled in a second, lately.</summary>
    public double CellsPerSecond => _throughput.PerSecond;

    /// <summary>The worker that holds each group, by the number of the group.</summary>
    public IReadOnlyDictionary<int, string> Workers => _workers;

    /// <summary>Enters a result from storage.</summary>
    /// <param name="cell">The number of the cell.</param>
    /// <param name="result">The result.</param>
    /// <param name="known">Whether it is older than the sweep.</param>
    public void Recall(int cell, CellResult result, bool known)
    {
        if (Enter(cell, result, null) && known) _known.Add(cell);
    }

    /// <summary>Enters a result as its worker reports it; returns false if it is no news.</summary>
    /// <param name="cell">The number of the cell.</param>
    /// <param name="result">The result.</param>
    /// <param name="token">The token of the lease under which the result was made.</param>
    public bool Report(int cell, CellResult result, long token)
    {
        if (!Enter(cell, result, token)) return false;
        if (_models[Tracker.GroupOf(cell)] is { } model) _trained.Add(model);
        _throughput.Add(1);
        return true;
    }

    /// <summary>A lease for a worker, first on groups whose model the worker has, then on those whose model nobody is training meanwhile;
    /// null if there is none now.</summary>
    /// <param name="worker">The name of the worker.</param>
    /// <param name="atHand">The keys of the models that the worker has.</param>
    /// <param name="plugins">The SHA-256 of each plugin that the worker has: it is given no group that needs another. Null where it has
    /// none.</param>
    /// <param name="light">True for the groups alone that a processor finishes sooner than a GPU, false for the others alone; null for
    /// all.</param>
    public Lease? Next(string worker, IReadOnlySet<string> atHand, IReadOnlySet<string>? plugins = null, bool? light = null)
    {
        if (light is { } only && !_kinds.Contains(only)) return null;
        var training = _workers.Keys.Select(g => _models[g]).OfType<string>().Where(m => !_trained.Contains(m)).ToHashSet();
        var lease = Tracker.Next(g =>
            (light is not null && _light[g] != light) || Plan.PluginsOf(g).Any(p => plugins?.Contains(p) != true) ? -1
            : _models[g] is not { } model ? 1 : atHand.Contains(model) ? 0 : training.Contains(model) ? 2 : 1);
        if (lease is not null) _workers[lease.Group] = worker;
        return lease;
    }

    /// <summary>Ends a lease before its time; the group is open again after a wait.</summary>
    /// <param name="group">The number of the group.</param>
    /// <param name="token">The token of the lease.</param>
    /// <param name="wait">How long the group is given to nobody.</param>
    /// <param name="fault">Whether the group is at fault, so that an attempt is counted.</param>
    public void Release(int group, long token, TimeSpan wait, bool fault)
    {
        if (Tracker.Release(group, token, wait, fault)) _workers.Remove(group);
    }

    /// <summary>Renews a lease; returns whether it still stands, now with a later deadline.</summary>
    /// <param name="worker">The name of the worker.</param>
    /// <param name="group">The number of the group.</param>
    /// <param name="token">The token of the lease.</param>
    /// <param name="attempt">See <see cref="SweepTracker.Renew"/>.</param>
    public bool Renew(string worker, int group, long token, int attempt = 0)
    {
        if (group < 0 || group >= Plan.Groups.Count || Tracker.Renew(group, token, attempt) is null) return false;
        _workers[group] = worker;
        return true;
    }

    /// <summary>Ends every lease, so that their workers drop what they do at the next renewal.</summary>
    public void EndLeases()
    {
        Tracker.EndLeases();
        _workers.Clear();
    }

    /// <summary>The key of the model that a group needs; null where it needs none.</summary>
    /// <param name="group">The number of the group.</param>
    public string? Model(int group) => _models[group];

    /// <summary>The result of a cell; null if there is none yet.</summary>
    /// <param name="cell">The number of the cell in the plan.</param>
    public CellResult? Result(int cell) => _results[cell];

    /// <summary>Whether the same with more samples is done, see <see cref="Plan.IsCoarse"/>.</summary>
    /// <param name="cell">The number of the cell.</param>
    public bool IsCoarse(int cell) => Plan.IsCoarse(cell, Tracker.GroupOf(cell),
        finer => _results[finer]?.Status == CellStatus.Done && Tracker.IsAsked(finer));

    /// <summary>Every cell with what is known of it; a copy, to be worked on elsewhere.</summary>
    public IReadOnlyList<CellResult?> Snapshot() => [.. _results];

    /// <summary>Opens every failed cell again, or one of them; returns how many.</summary>
    /// <param name="cell">The number of the cell; null for all that failed.</param>
    public int Retry(int? cell)
    {
        var cells = cell is { } one ? [one] : Enumerable.Range(0, _results.Length);
        var retried = 0;
        foreach (var index in cells.Where(c => _results[c]?.Status == CellStatus.Failed))
        {
            _results[index] = null;
            if (!_ruled.ContainsKey(Tracker.GroupOf(index))) Curves[_curveOf[index]].Failed--;
            retried++;
        }

        if (cell is { } given) Tracker.RetryFailed(given);
        else Tracker.RetryFailed();
        foreach (var group in _ruled.Keys) Count(group);
        for (var failure = _failures.First; failure is not null;)
        {
            var next = failure.Next;
            if (cell is null || failure.Value.Cell == cell) _failures.Remove(failure);
            failure = next;
        }

        Version++;
        return retried;
    }

    /// <summary>Counts a group whose cells are chosen by a rule anew.</summary>
    void Count(int group)
    {
        var (curve, before) = (Curves[_curveOf[Plan.Groups[group].Cells[0]]], _ruled[group]);
        var now = Tracker.Counted(group);
        (curve.Cells, curve.Done, curve.Failed) =
            (curve.Cells + now.Cells - before.Cells, curve.Done + now.Done - before.Done, curve.Failed + now.Failed - before.Failed);
        _ruled[group] = now;
    }

    bool Enter(int cell, CellResult result, long? token)
    {
        var before = _results[cell];
        // Nothing that is drawn needs more of the confusion matrix, the largest part of a result, than how many classes it has. A rule
        // that is asked below looks at the result.
        _results[cell] = WithIdOfPlan(cell, result.Outlined());
        if (!(result.Status == CellStatus.Done ? Tracker.Complete(cell) : Tracker.Fail(cell, token)))
        {
            _results[cell] = before;
            return false;
        }

        if (_ruled.ContainsKey(Tracker.GroupOf(cell)))
            foreach (var group in Plan.Together(Tracker.GroupOf(cell))) Count(group);
        else
        {
            var curve = Curves[_curveOf[cell]];
            if (before?.Status == CellStatus.Failed) curve.Failed--;
            if (result.Status == CellStatus.Done) curve.Done++;
            else curve.Failed++;
        }

        if (result.Status != CellStatus.Done)
        {
            _failures.AddFirst((cell, result));
            if (_failures.Count > MostFailures) _failures.RemoveLast();
        }

        Version++;
        if (!Tracker.IsLeased(Tracker.GroupOf(cell))) _workers.Remove(Tracker.GroupOf(cell));
        return true;
    }

    /// <summary>The result with the text of its id that the plan already holds: a result that was read or received has a copy of
    /// it.</summary>
    CellResult WithIdOfPlan(int cell, CellResult result)
    {
        var id = Plan.Cells[cell].Id;
        return result.Cell == id && !ReferenceEquals(result.Cell.Value, id.Value) ? result with { Cell = id } : result;
    }
}
