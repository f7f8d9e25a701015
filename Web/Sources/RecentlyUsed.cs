namespace Grid.Web.Sources;

/// <summary>Keeps what is made for a key while it is among the keys that were asked for last, so that a server that is asked about many
/// sweeps does not hold them all. Safe for concurrent use.</summary>
/// <param name="most">The largest number of keys, 1 or more.</param>
public sealed class RecentlyUsed<T>(int most)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, (T Value, long Asked)> _kept = new(StringComparer.Ordinal);
    long _asked;

    /// <summary>The values that are kept.</summary>
    public IReadOnlyList<T> Values
    {
        get
        {
            lock (_gate) return [.. _kept.Values.Select(k => k.Value)];
        }
    }

    /// <summary>The value of a key, made now if it is not kept. If there are too many, the one asked for longest ago is let go.</summary>
    public T Get(string key, Func<string, T> make)
    {
        lock (_gate)
        {
            var value = _kept.TryGetValue(key, out var known) ? known.Value : make(key);
            _kept[key] = (value, ++_asked);
            if (_kept.Count > most) _kept.Remove(_kept.MinBy(k => k.Value.Asked).Key);
            return value;
        }
    }
}
