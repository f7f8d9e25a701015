using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Tracking;

/// <summary>Which cells of a group are part of the sweep where a rule says so, by the results there are.</summary>
public sealed partial class SweepTracker
{
    /// <summary>How many cells of a group are run at most, how many are done, and how many have failed.</summary>
    /// <param name="group">The number of the group.</param>
    public (int Cells, int Done, int Failed) Counted(int group)
    {
        lock (_gate)
        {
            var cells = _groups[group].Cells;
            var most = _ruled.TryGetValue(group, out var ruled) ? ruled.Asked.Most : cells.Count;
            return (most, cells.Count(c => _done[c] && !_idle[c]), cells.Count(c => _failed[c] && !_idle[c]));
        }
    }

    /// <summary>Whether a cell is part of the sweep, given the results so far.</summary>
    /// <param name="cell">The number of the cell.</param>
    public bool IsAsked(int cell)
    {
        lock (_gate) return !_idle[cell];
    }

    /// <summary>Why a cell is not run; empty where no rule has asked for it yet, and null where it is run.</summary>
    /// <param name="cell">The number of the cell.</param>
    public string? Skipped(int cell)
    {
        lock (_gate)
        {
            if (!_idle[cell]) return null;
            return _ruled[_groupOf[cell]].Asked.Skipped is var (cells, reason) && cells.Contains(cell) ? reason : "";
        }
    }

    /// <summary>Has the rule of a group say anew which of its cells are to be run, and of the groups that are decided with it.</summary>
    void Ask(int group)
    {
        foreach (var asked in _ask?.Invoke(group, cell => _done[cell] || _failed[cell]) ?? []) Enter(asked.Group, asked);
    }

    void Enter(int group, StrengthRequest asked)
    {
        var cells = _groups[group].Cells;
        var (total, doneBefore, failedBefore) = _ruled.TryGetValue(group, out var before)
            ? (before.Asked.Most, before.Done, before.Failed)
            : (cells.Count, 0, 0);
        var (places, done, failed) = (asked.Places.ToHashSet(), 0, 0);
        foreach (var cell in cells)
        {
            var idle = !places.Contains(cell);
            _idle.Set(cell, idle);
            if (idle && _done[cell]) done++;
            if (idle && _failed[cell]) failed++;
        }

        (_total, _idleDone, _idleFailed) =
            (_total + asked.Most - total, _idleDone + done - doneBefore, _idleFailed + failed - failedBefore);
        _ruled[group] = (asked, done, failed);
        // What is asked for now may come late: a result of long ago can lead to a new question.
        if (_leases.ContainsKey(group) && !_open[group]) return;
        if (!Unfinished(group).Any()) CloseIfFinished(group);
        else if (!_waiting.ContainsKey(group)) Reopen(group);
    }
}
