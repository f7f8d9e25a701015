namespace Grid.Simulation.Tests;

/// <summary>
/// One thread, one queue, virtual time: of all that is ready something is run, drawn by the dice; when nothing is ready, time goes on to
/// what is due next.
/// </summary>
sealed class Scheduler(Dice dice)
{
    readonly List<Work> _ready = [];
    readonly PriorityQueue<Work, (long Due, long Order)> _later = new();
    long _order;
    int _thread = Environment.CurrentManagedThreadId;

    readonly record struct Work(SimulatedProcess Process, SendOrPostCallback Call, object? State);

    /// <summary>Since the simulation began.</summary>
    public TimeSpan Now { get; private set; }

    public long Steps { get; private set; }

    /// <summary>A hash of every step and whose it was: two runs of one seed are alike if theirs are.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Where code left the simulation's thread (Task.Run, ConfigureAwait(false), a real timer), and with it all that is certain;
    /// null as it should be.</summary>
    public string? Escape { get; private set; }

    /// <summary>Runs something soon, whatever else is ready first.</summary>
    public void Post(SimulatedProcess process, SendOrPostCallback call, object? state)
    {
        if (!process.IsAlive || IsOutside()) return;
        _ready.Add(new(process, call, state));
    }

    /// <summary>Runs something later.</summary>
    public void At(TimeSpan delay, SimulatedProcess process, SendOrPostCallback call, object? state)
    {
        if (IsOutside()) return;
        _later.Enqueue(new(process, call, state), ((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).Ticks, _order++));
    }

    public void At(TimeSpan delay, SimulatedProcess process, Action call) => At(delay, process, static state => ((Action)state!)(), call);

    /// <summary>Goes on until that is so; false if time is over first, or if nothing is left to do.</summary>
    /// <param name="limit">Since the simulation began.</param>
    /// <param name="steps">How many at most: code that turns in circles ends, too.</param>
    public bool Run(Func<bool> until, TimeSpan limit, long steps)
    {
        while (!until())
        {
            if (Now > limit || Steps > steps || Escape is not null || !Step()) return false;
        }

        return true;
    }

    /// <summary>Lends the simulation's thread to another one, which is the only one to run meanwhile.</summary>
    public void Lend(int thread, Action run)
    {
        var mine = _thread;
        _thread = thread;
        run();
        _thread = mine;
    }

    bool Step()
    {
        if (_ready.Count == 0)
        {
            if (!_later.TryDequeue(out var next, out var due)) return false;
            Now = TimeSpan.FromTicks(due.Due);
            _ready.Add(next);
        }

        // What is due at the same moment is ready together.
        while (_later.TryPeek(out _, out var due) && due.Due <= Now.Ticks) _ready.Add(_later.Dequeue());
        var index = dice.Below(_ready.Count);
        var work = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        Steps++;
        Hash = (Hash ^ (ulong)(Now.Ticks + work.Process.Number)) * 1099511628211;
        work.Process.Run(work.Call, work.State);
        return true;
    }

    bool IsOutside()
    {
        if (Environment.CurrentManagedThreadId == Volatile.Read(ref _thread)) return false;
        Escape ??= Environment.StackTrace;
        return true;
    }
}
