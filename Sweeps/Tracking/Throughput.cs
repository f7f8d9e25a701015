namespace Grid.Sweeps.Tracking;

/// <summary>How many events there are in a second, over the last minute: they are counted in slots of five seconds.</summary>
sealed class Throughput(TimeProvider time)
{
    const int Slots = 12;

    static readonly TimeSpan Slot = TimeSpan.FromSeconds(5);

    readonly long[] _counts = new long[Slots];
    readonly long _started = time.GetTimestamp();
    long _newest;

    public double PerSecond
    {
        get
        {
            Advance();
            var seconds = Math.Min(Slots * Slot.TotalSeconds, time.GetElapsedTime(_started).TotalSeconds);
            return seconds < 0.1 ? 0 : _counts.Sum() / Math.Max(1, seconds);
        }
    }

    public void Add(int count)
    {
        Advance();
        _counts[_newest % Slots] += count;
    }

    void Advance()
    {
        var now = (long)(time.GetElapsedTime(_started) / Slot);
        for (var steps = Math.Min(Slots, now - _newest); steps > 0; steps--) _counts[(now - steps + 1) % Slots] = 0;
        _newest = now;
    }
}
