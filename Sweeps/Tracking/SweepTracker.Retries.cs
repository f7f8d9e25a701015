namespace Grid.Sweeps.Tracking;

/// <summary>Failed cells that somebody wants to see tried again.</summary>
public sealed partial class SweepTracker
{
    /// <summary>Makes every failed cell pending again, and ends the waits of groups; returns how many cells there were.</summary>
    public int RetryFailed()
    {
        lock (_gate)
        {
            var retried = _failed.Ones;
            _retriedAt = ++_lastToken;
            for (var cell = _failed.NextOne(0); cell >= 0; cell = _failed.NextOne(cell + 1)) Retry(cell);
            foreach (var group in _waiting.Keys) Reopen(group);
            _waiting.Clear();
            foreach (var group in _leases.Keys) BeginAnew(group);
            _faults.Clear();
            Faults = new Dictionary<int, int>();
            return retried;
        }
    }

    /// <summary>Makes one failed cell pending again; returns false if it had not failed.</summary>
    /// <param name="cell">The number of the cell.</param>
    public bool RetryFailed(int cell)
    {
        lock (_gate)
        {
            if (!_failed[cell]) return false;
            _faults.Remove(_groupOf[cell]);
            BeginAnew(_groupOf[cell]);
            Retry(cell);
            return true;
        }
    }

    void Retry(int cell)
    {
        _failed.Set(cell, false);
        Ask(_groupOf[cell]);
        if (!_leases.ContainsKey(_groupOf[cell])) Reopen(_groupOf[cell]);
    }

    // Whatever it was until now, the lease that runs is the first attempt.
    void BeginAnew(int group)
    {
        if (_leases.TryGetValue(group, out var lease)) _leases[group] = lease with { Attempt = 1 };
    }
}
