namespace Grid.Sweeps.Tracking;

/// <summary>The groups that wait for a worker: those of which nothing is known before those that are begun, each in the order of the
/// plan.</summary>
sealed class OpenGroups(int groups)
{
    /// <summary>The number of open groups that are searched for a preferred one, so that a lease costs the same in a sweep of any
    /// size.</summary>
    const int Horizon = 256;

    readonly BitSet[] _open = [new(groups), new(groups)];
    readonly int[] _first = [0, 0];

    /// <summary>How many groups there are.</summary>
    public int Ones => _open[0].Ones + _open[1].Ones;

    public bool this[int group] => _open[0][group] || _open[1][group];

    public void Add(int group, bool begun)
    {
        var which = begun ? 1 : 0;
        _open[1 - which].Set(group, false);
        _open[which].Set(group, true);
        _first[which] = Math.Min(_first[which], group);
    }

    public void Remove(int group)
    {
        _open[0].Set(group, false);
        _open[1].Set(group, false);
    }

    /// <summary>The group of the lowest rank among the first ones, and the first of them if several are equal; -1 if there is none. A group
    /// of a rank below 0 is not given.</summary>
    public int Next(Func<int, int>? rank)
    {
        for (var which = 0; which < 2; which++)
        {
            var first = _open[which].NextOne(_first[which]);
            _first[which] = first < 0 ? groups : first;
            if (first < 0) continue;
            if (rank is null) return first;
            if (Lowest(_open[which], first, rank) is >= 0 and var group) return group;
        }

        return -1;
    }

    static int Lowest(BitSet open, int first, Func<int, int> rank)
    {
        var (lowest, best) = (int.MaxValue, -1);
        for (var (g, seen) = (first, 0); g >= 0 && seen < Horizon && lowest > 0; g = open.NextOne(g + 1))
        {
            var value = rank(g);
            if (value < 0) continue;
            seen++;
            if (value < lowest) (lowest, best) = (value, g);
        }

        return best;
    }
}
