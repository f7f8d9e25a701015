namespace Grid.Simulation.Tests;

/// <summary>A process's view of virtual time: its timers fire in it, and its time of day may be set to another one.</summary>
/// <param name="start">When the machine was switched on, by timestamps.</param>
sealed class SimulatedClock(SimulatedProcess process, TimeSpan start) : TimeProvider
{
    static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far its time of day is off.</summary>
    public TimeSpan Off { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (start + process.Scheduler.Now).Ticks;

    public override DateTimeOffset GetUtcNow() => Beginning + process.Scheduler.Now + Off;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class Timer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer
    {
        // What was set before the last change is void.
        int _change;
        TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            (_change, _period) = (_change + 1, period);
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(dueTime);
            return true;
        }

        public void Dispose() => _change++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        void Arm(TimeSpan due)
        {
            var change = _change;
            process.Scheduler.At(due, process, () =>
            {
                if (_change != change) return;
                if (_period > TimeSpan.Zero) Arm(_period);
                callback(state);
            });
        }
    }
}
