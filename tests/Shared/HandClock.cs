namespace Grid.Tests;

/// <summary>A clock that moves when told to.</summary>
sealed class HandClock : TimeProvider
{
    DateTimeOffset _now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by)
    {
        _now += by;
        _ticks += by.Ticks;
    }

    /// <summary>Somebody sets it: the time of day is another one, and no time has gone by.</summary>
    public void Set(TimeSpan by) => _now += by;
}
