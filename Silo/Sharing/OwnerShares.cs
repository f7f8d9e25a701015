namespace Grid.Silo.Sharing;

/// <summary>
/// Counts how long each owner of sweeps has had this silo's slots, in seconds of a slot, of which half is forgotten in an hour. The owner
/// who
/// has had least comes first, so that somebody with little work waits only until a slot is free. Safe for concurrent use.
/// </summary>
/// <param name="most">Most groups of one owner side by side; 0 is no bound.</param>
sealed class OwnerShares(int most, TimeProvider clock)
{
    // Groups of owners who have had about as much are not cut.
    const double Far = 10;

    static readonly double Rate = Math.Log(2) / TimeSpan.FromHours(1).TotalSeconds;

    readonly Lock _gate = new();
    readonly Dictionary<string, Use> _uses = new(StringComparer.Ordinal);

    /// <summary>How many of the wanted groups an owner may have; their places are reserved until <see cref="Begin"/>.</summary>
    public int Reserve(string owner, int wanted)
    {
        lock (_gate)
        {
            var use = Now(owner);
            var granted = most == 0 ? wanted : Math.Clamp(most - use.Running - use.Reserved, 0, wanted);
            _uses[owner] = use with { Reserved = use.Reserved + granted };
            return granted;
        }
    }

    /// <summary>Counts the groups that came, of those that were reserved.</summary>
    public void Begin(string owner, int reserved, int come)
    {
        lock (_gate)
        {
            var use = Now(owner);
            _uses[owner] = use with { Reserved = use.Reserved - reserved, Running = use.Running + come };
        }
    }

    /// <summary>Counts a group that has ended.</summary>
    public void End(string owner)
    {
        lock (_gate)
        {
            var use = Now(owner);
            _uses[owner] = use with { Running = use.Running - 1 };
        }
    }

    /// <summary>Orders owners: who has had less comes first, then who has less at the moment, then the first.</summary>
    public IReadOnlyList<string> InOrder(IEnumerable<string> owners)
    {
        lock (_gate)
        {
            var uses = owners.Select(o => (Owner: o, Use: Now(o)));
            return [.. uses.OrderBy(o => o.Use.Seconds).ThenBy(o => o.Use.Running).Select(o => o.Owner)];
        }
    }

    /// <summary>Whether an owner has had so much less than another that he need not wait for the end of the other's group, and may have
    /// more groups here.</summary>
    public bool IsFarBehind(string owner, string than)
    {
        lock (_gate)
        {
            var use = Now(owner);
            return (most == 0 || use.Running + use.Reserved < most) && use.Seconds + Far < Now(than).Seconds;
        }
    }

    /// <summary>What an owner has had up to now: earlier use fades, and the time of groups that run is added.</summary>
    Use Now(string owner)
    {
        var now = clock.GetTimestamp();
        if (!_uses.TryGetValue(owner, out var use)) return new(0, 0, 0, now);
        var left = Math.Exp(-Rate * clock.GetElapsedTime(use.Since, now).TotalSeconds);
        return new(use.Seconds * left + use.Running * (1 - left) / Rate, use.Running, use.Reserved, now);
    }

    readonly record struct Use(double Seconds, int Running, int Reserved, long Since);
}
