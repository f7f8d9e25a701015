using Microsoft.Extensions.Time.Testing;

namespace Grid.Silo.Tests.Workers;

/// <summary>
/// One thread for all that happens, and a clock that stands until nothing is left to do: a run is the same every time, and hours take a
/// moment.
/// </summary>
/// <remarks>So what is awaited through <c>WhenAny</c> or <c>WaitAsync</c> must not ask for continuations on the thread pool.</remarks>
sealed class SimulatedTime : SynchronizationContext
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    public FakeTimeProvider Clock { get; } = new(Make.Noon);

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted) _posted.Enqueue((d, state));
    }

    /// <summary>Does something, and all that follows from it at once.</summary>
    public T Do<T>(Func<T> action)
    {
        var around = Current;
        SetSynchronizationContext(this);
        try
        {
            var result = action();
            Drain();
            return result;
        }
        finally
        {
            SetSynchronizationContext(around);
        }
    }

    public void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            Do(() =>
            {
                Clock.Advance(Step);
                return true;
            });
        }
    }

    /// <summary>Lets time pass until something is so; tells how long it took.</summary>
    public TimeSpan Until(Func<bool> wanted, TimeSpan most)
    {
        var start = Clock.GetTimestamp();
        while (!wanted())
        {
            Assert.True(Clock.GetElapsedTime(start) < most, $"Still not so after {most}.");
            Pass(Step);
        }

        return Clock.GetElapsedTime(start);
    }

    void Drain()
    {
        while (true)
        {
            (SendOrPostCallback Callback, object? State) next;
            lock (_posted)
                if (!_posted.TryDequeue(out next)) return;
            next.Callback(next.State);
        }
    }
}
