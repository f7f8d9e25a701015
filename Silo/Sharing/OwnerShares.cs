namespace Grid.Silo.Sharing;

/// <summary>
/// What each owner of sweeps has had of this silo's slots, in seconds of a slot, of which half is forgotten in an hour: who has had least
/// is served first, so that somebody who comes with little work waits for no more than a slot to fall free. Safe for concurrent use.
/// </summary>
/// <param name="most">Groups of one owner side by side at most; 0 for no bound.</param>
sealed class OwnerShares(int most, TimeProvider clock)
{
    static readonly double Rate = Math.Log(2) / TimeSpan.FromHours(1).TotalSeconds;

    readonly Lock _gate = new();
    readonly Dictionary<string, Use> _uses = new(StringComparer.Ordinal);

    /// <summary>How many of the groups that are asked for may come; for them there is room until <see cref="Begin"/>.</summary>
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

    /// <summary>So many of those asked for have come.</summary>
    public void Begin(string owner, int reserved, int come)
    {
        lock (_gate)
        {
            var use = Now(owner);
            _uses[owner] = use with { Reserved = use.Reserved - reserved, Running = use.Running + come };
        }
    }

    /// <summary>One of them has gone.</summary>
    public void End(string owner)
    {
        lock (_gate)
        {
            var use = Now(owner);
            _uses[owner] = use with { Running = use.Running - 1 };
        }
    }

    /// <summary>Who has had less comes first, then who has less at the moment; of those alike the first.</summary>
    public IReadOnlyList<string> InOrder(IEnumerable<string> owners)
    {
        lock (_gate)
        {
            var uses = owners.Select(o => (Owner: o, Use: Now(o)));
            return [.. uses.OrderBy(o => o.Use.Seconds).ThenBy(o => o.Use.Running).Select(o => o.Owner)];
        }
    }

    /// <summary>What an owner has had as of now: use of before has faded, and that of groups that run since is added.</summary>
    Use Now(string owner)
    {
        var now = clock.GetTimestamp();
        if (!_uses.TryGetValue(owner, out var use)) return new(0, 0, 0, now);
        var left = Math.Exp(-Rate * clock.GetElapsedTime(use.Since, now).TotalSeconds);
        return new(use.Seconds * left + use.Running * (1 - left) / Rate, use.Running, use.Reserved, now);
    }

    readonly record struct Use(double Seconds, int Running, int Reserved, long Since);
}
