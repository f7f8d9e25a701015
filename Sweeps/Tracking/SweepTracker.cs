using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Tracking;

/// <summary>Who runs what, and what is finished: the state machine of one sweep, shared by the local runner and the cluster's coordinator.
/// It takes two bits and four bytes for a cell. A cell only rises, from Pending to Failed to Done, so that repeated, late or reordered
/// reports change nothing. It is safe for concurrent use.</summary>
public sealed partial class SweepTracker
{
    readonly Lock _gate = new();
    readonly IReadOnlyList<Group> _groups;
    readonly int[] _groupOf;
    readonly BitSet _done;
    readonly BitSet _failed;
    readonly OpenGroups _open;
    readonly Func<int, Func<int, bool>, IReadOnlyList<StrengthRequest>>? _ask;
    // Cells that nobody asks for, or not yet; and what their groups add to the counts.
    readonly BitSet _idle;
    readonly Dictionary<int, (StrengthRequest Asked, int Done, int Failed)> _ruled = [];
    // Since when, by the clock's timestamps: the time of day may be set to another one.
    readonly Dictionary<int, (long Token, long Renewed, bool Arrived, int Attempt)> _leases = [];
    readonly Dictionary<int, (long Since, TimeSpan Wait)> _waiting = [];
    readonly Dictionary<int, int> _faults;
    readonly TimeSpan _leaseTime;
    readonly TimeProvider _time;
    readonly long _firstToken;
    long _lastToken;
    long _retriedAt;
    int _total;
    int _idleDone;
    int _idleFailed;

    /// <summary>The state of a sweep of which no cell has been run.</summary>
    /// <param name="groups">The plan's groups in order; every cell from 0 to cells - 1 belongs to exactly one.</param>
    /// <param name="cells">The number of cells.</param>
    /// <param name="leaseTime">How long a lease lasts that is not renewed; <see cref="Timeout.InfiniteTimeSpan"/> where workers cannot get
    /// lost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="faults">See <see cref="Faults"/>; of an earlier tracker of the sweep.</param>
    /// <param name="ask">Which cells of a group, and of those decided with it, are to be run, given what is settled, see
    /// <see cref="Plan.AskTogether"/>; null for all. A result must be known to it before it is told here.</param>
    public SweepTracker(IReadOnlyList<Group> groups, int cells, TimeSpan leaseTime, TimeProvider time,
        IReadOnlyDictionary<int, int>? faults = null,
        Func<int, Func<int, bool>, IReadOnlyList<StrengthRequest>>? ask = null)
    {
        (_groups, _leaseTime, _time, _faults, _ask) = (groups, leaseTime, time, new(faults ?? new Dictionary<int, int>()), ask);
        _groupOf = new int[cells];
        Array.Fill(_groupOf, -1);
        (_done, _failed, _idle, _open, _total) = (new(cells), new(cells), new(cells), new(groups.Count), cells);
        for (var g = 0; g < groups.Count; g++)
        {
            if (groups[g].Index != g) throw new ArgumentException($"Group {groups[g].Index} stands at {g}.", nameof(groups));
            var members = groups[g].Cells;
            for (var i = 0; i < members.Count; i++)
            {
                if (_groupOf[members[i]] is >= 0 and var other)
                    throw new ArgumentException($"Cell {members[i]} is in groups {other} and {g}.", nameof(groups));
                _groupOf[members[i]] = g;
            }
            if (members.Count > 0) _open.Add(g, begun: false);
        }
        if (Array.IndexOf(_groupOf, -1) is >= 0 and var lost) throw new ArgumentException($"Cell {lost} is in no group.", nameof(groups));
        for (var g = 0; g < groups.Count; g++)
            if (!_ruled.ContainsKey(g)) Ask(g);
        Faults = new Dictionary<int, int>(_faults);
        // The clock, so that tokens of a tracker rebuilt after a restart are above those given out before.
        _firstToken = _lastToken = time.GetUtcNow().UtcTicks;
    }

    /// <summary>How far a cell is, by its number in the plan.</summary>
    public CellStatus this[int cell]
    {
        get
        {
            lock (_gate)
            {
                return _idle[cell] ? CellStatus.Skipped
                    : _done[cell] ? CellStatus.Done
                    : _failed[cell] ? CellStatus.Failed
                    : _leases.TryGetValue(_groupOf[cell], out var lease) && IsAlive(lease.Renewed) ? CellStatus.Running
                    : CellStatus.Pending;
            }
        }
    }

    /// <summary>For each group the number of leases on it that ran out in a worker's hands or ended by a fault; a new object whenever that
    /// changes.</summary>
    public IReadOnlyDictionary<int, int> Faults { get; private set; } = new Dictionary<int, int>();

    /// <summary>The number of the group that a cell is in.</summary>
    /// <param name="cell">The number of the cell.</param>
    public int GroupOf(int cell) => _groupOf[cell];

    /// <summary>Whether a group has a lease on record, run out or not.</summary>
    /// <param name="group">The number of the group.</param>
    public bool IsLeased(int group)
    {
        lock (_gate) return _leases.ContainsKey(group);
    }

    /// <summary>Ends every lease: the groups are open again, and no renewal is accepted.</summary>
    public void EndLeases()
    {
        lock (_gate)
        {
            foreach (var group in _leases.Keys) Reopen(group);
            _leases.Clear();
        }
    }

    /// <summary>How far the sweep is.</summary>
    public Progress Progress
    {
        get
        {
            lock (_gate)
            {
                var leased = _leases.Where(l => IsAlive(l.Value.Renewed)).Sum(l => Unfinished(l.Key).Count());
                var (done, failed) = (_done.Ones - _idleDone, _failed.Ones - _idleFailed);
                return new(_total, _total - done - failed - leased, leased, done, failed);
            }
        }
    }

    /// <summary>How many groups have a cell that is neither done nor failed. Groups under a lease count too, even if it has run
    /// out.</summary>
    public int UnfinishedGroups { get { lock (_gate) return _open.Ones + _leases.Keys.Concat(_waiting.Keys).Count(g => !_open[g]); } }

    /// <summary>A lease on the open group of the lowest rank among the first ones, and on the first of them if several are equal; null if
    /// there is none now.</summary>
    /// <param name="rank">Gives the rank of a group, from 0; a group of rank 0 is taken at once, say because its model is at hand, and one
    /// of a rank below 0 is not taken at all. Null where all groups are equal.</param>
    public Lease? Next(Func<int, int>? rank = null)
    {
        lock (_gate)
        {
            ReopenDue();
            var group = _open.Next(rank);
            if (group < 0) return null;
            // It ran out, or it would not be open. What never arrived was not tried.
            if (_leases.TryGetValue(group, out var lost) && lost.Arrived) AddFault(group, lost.Attempt);
            return Take(group, ++_lastToken, arrived: false, 1 + _faults.GetValueOrDefault(group));
        }
    }

    /// <summary>Renews a lease: returns it with a later deadline, or null if it is lost and the worker should stop. A lease that ran out is
    /// renewed if nobody else has taken the group, and so is one that an earlier tracker of this sweep gave out. The first renewal says
    /// that the lease has arrived: one that runs out before it is no attempt.</summary>
    /// <param name="group">The number of the group.</param>
    /// <param name="token">The token of the lease.</param>
    /// <param name="attempt">The number of the lease's attempt, for a tracker that has not given it out; 0 where it is not known.</param>
    public Lease? Renew(int group, long token, int attempt = 0)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue(group, out var lease))
                return lease.Token == token ? Take(group, token, arrived: true, lease.Attempt) : null;
            return token <= _firstToken && _open[group]
                ? Take(group, token, arrived: true, attempt > 0 ? attempt : 1 + _faults.GetValueOrDefault(group))
                : null;
        }
    }

    /// <summary>Gives the unfinished part of a group back; returns false if the lease has ended already. A worker calls it whenever it
    /// stops running a group, because cells may have become pending again meanwhile.</summary>
    /// <param name="group">The number of the group.</param>
    /// <param name="token">The token of the lease.</param>
    /// <param name="wait">How long the group is given to nobody.</param>
    /// <param name="fault">Whether this was an attempt that failed, see <see cref="Lease.Attempt"/>.</param>
    public bool Release(int group, long token, TimeSpan wait = default, bool fault = false)
    {
        lock (_gate)
        {
            if (!_leases.TryGetValue(group, out var lease) || lease.Token != token) return false;
            _leases.Remove(group);
            if (!Unfinished(group).Any()) return true;
            if (fault) AddFault(group, lease.Attempt);
            if (wait > TimeSpan.Zero) _waiting[group] = (_time.GetTimestamp(), wait);
            else Reopen(group);
            return true;
        }
    }

    /// <summary>Enters a cell as done; returns whether that is news. It is accepted once, whoever reports it and whenever, because a cell's
    /// result does not depend on who ran it.</summary>
    /// <param name="cell">The number of the cell.</param>
    public bool Complete(int cell)
    {
        lock (_gate)
        {
            if (!_done.Set(cell, true)) return false;
            _failed.Set(cell, false);
            Ask(_groupOf[cell]);
            CloseIfFinished(_groupOf[cell]);
            return true;
        }
    }

    /// <summary>Enters a cell as failed; returns whether that is news. It is ignored for a cell that is done, and from a lease older than
    /// the last <see cref="RetryFailed()"/>.</summary>
    /// <param name="cell">The number of the cell.</param>
    /// <param name="token">The token of the lease under which it failed; null for a failure that is known from before.</param>
    public bool Fail(int cell, long? token = null)
    {
        lock (_gate)
        {
            if (token < _retriedAt || _done[cell] || !_failed.Set(cell, true)) return false;
            Ask(_groupOf[cell]);
            CloseIfFinished(_groupOf[cell]);
            return true;
        }
    }

    // An attempt that has failed is one, however often and to how many trackers that is told: an answer may be lost.
    void AddFault(int group, int attempt)
    {
        if (_faults.GetValueOrDefault(group) >= attempt) return;
        _faults[group] = attempt;
        Faults = new Dictionary<int, int>(_faults);
    }

    IEnumerable<int> Unfinished(int group) => _groups[group].Cells.Where(c => !_done[c] && !_failed[c] && !_idle[c]);

    Lease Take(int group, long token, bool arrived, int attempt)
    {
        _leases[group] = (token, _time.GetTimestamp(), arrived, attempt);
        _waiting.Remove(group);
        _open.Remove(group);
        return new(group, token, [.. Unfinished(group)], attempt);
    }

    void Reopen(int group)
    {
        _open.Add(group, _ruled.TryGetValue(group, out var ruled) && ruled.Asked.Round > 0);
    }

    // The lease stays on record, so that its worker may renew it as long as nobody else has taken the group.
    void ReopenDue()
    {
        foreach (var (group, lease) in _leases)
            if (!IsAlive(lease.Renewed)) Reopen(group);
        foreach (var (group, (since, wait)) in _waiting)
        {
            if (_time.GetElapsedTime(since) < wait) continue;
            _waiting.Remove(group);
            Reopen(group);
        }
    }

    bool IsAlive(long renewed) => _leaseTime == Timeout.InfiniteTimeSpan || _time.GetElapsedTime(renewed) < _leaseTime;

    void CloseIfFinished(int group)
    {
        if (Unfinished(group).Any()) return;
        _leases.Remove(group);
        _waiting.Remove(group);
        _open.Remove(group);
    }
}
