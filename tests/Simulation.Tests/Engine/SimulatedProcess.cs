namespace Grid.Simulation.Tests;

/// <summary>
/// What can be killed as a whole, or stand still for a while: everything awaited in it goes on in it, on the simulation's thread.
/// </summary>
sealed class SimulatedProcess(string name, int number, Scheduler scheduler) : SynchronizationContext
{
    readonly List<Coroutine> _coroutines = [];
    TimeSpan _stillUntil;

    public string Name => name;

    /// <summary>No other process of the simulation has it, not even an earlier one of the same name.</summary>
    public int Number => number;

    public Scheduler Scheduler => scheduler;

    public bool IsAlive { get; private set; } = true;

    public bool StandsStill => scheduler.Now < _stillUntil;

    /// <summary>What nobody caught; it ends the process, as it would a real one.</summary>
    public Exception? Crash { get; private set; }

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Post(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Nothing of it runs until then, as where a machine is suspended.</summary>
    public void StandStill(TimeSpan time) => _stillUntil = scheduler.Now + time;

    /// <summary>Nothing of it ever runs again.</summary>
    public void Kill()
    {
        if (!IsAlive) return;
        IsAlive = false;
        foreach (var coroutine in _coroutines.ToArray()) coroutine.End();
    }

    /// <summary>A thread of the process, which blocks in virtual time.</summary>
    public void Start(Action<Coroutine> work)
    {
        var coroutine = Coroutine.Take(this);
        _coroutines.Add(coroutine);
        coroutine.Start(() =>
        {
            try
            {
                work(coroutine);
            }
            finally
            {
                _coroutines.Remove(coroutine);
            }
        });
    }

    public void Run(SendOrPostCallback call, object? state)
    {
        if (!IsAlive) return;
        if (StandsStill)
        {
            scheduler.At(_stillUntil - scheduler.Now, this, call, state);
            return;
        }

        if (Current != this) SetSynchronizationContext(this);
        try
        {
            call(state);
        }
        catch (Exception e)
        {
            Crash = e;
            Kill();
        }
    }
}
