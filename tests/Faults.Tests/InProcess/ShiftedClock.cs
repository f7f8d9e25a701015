namespace Grid.Faults.Tests.InProcess;

/// <summary>The system's clock, which can be put forward: leases run out at once, and timers go on as they do.</summary>
sealed class ShiftedClock : TimeProvider
{
    long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() =>
        (long)(base.GetTimestamp() * ((double)TimeSpan.TicksPerSecond / System.TimestampFrequency)) + Volatile.Read(ref _ahead);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
