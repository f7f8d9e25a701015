namespace Grid.Lab.Tests.Datasets;

/// <summary>
/// Waits between attempts pass at once, and so does the patience with a silent mirror the given time it is asked for, from 1.
/// </summary>
sealed class ShortTime(int impatientAt = 0) : TimeProvider
{
    static readonly TimeSpan LongestRetryWait = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    int _retries;
    int _patient;

    public int Retries => _retries;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Shorten(dueTime), Timeout.InfiniteTimeSpan), this);

    TimeSpan Shorten(TimeSpan dueTime)
    {
        bool retry = dueTime >= TimeSpan.Zero && dueTime <= LongestRetryWait;
        bool over = retry
            ? Interlocked.Increment(ref _retries) > 0
            : dueTime == Patience && Interlocked.Increment(ref _patient) == impatientAt;
        return over ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
    }

    sealed class Timer(ITimer timer, ShortTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Shorten(dueTime), Timeout.InfiniteTimeSpan);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
