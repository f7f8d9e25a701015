using System.Collections.Concurrent;

namespace Grid.Simulation.Tests;

/// <summary>
/// A thread that runs only while the simulation's waits for it, for code that blocks, as a device's does. Threads are used again by later
/// simulations.
/// </summary>
sealed class Coroutine
{
    static readonly ConcurrentBag<Worker> Idle = [];

    [ThreadStatic]
    static Coroutine? _current;

    readonly SimulatedProcess _process;
    readonly Worker _worker;
    bool _parked;

    Coroutine(SimulatedProcess process, Worker worker) => (_process, _worker) = (process, worker);

    /// <summary>The one whose thread this is.</summary>
    public static Coroutine Current => _current ?? throw new InvalidOperationException("Only a simulated device may block.");

    public static Coroutine Take(SimulatedProcess process) => new(process, Idle.TryTake(out var idle) ? idle : new());

    public void Start(Action work) => Resume(() =>
    {
        _current = this;
        SynchronizationContext.SetSynchronizationContext(_process);
        try
        {
            work();
        }
        catch (ProcessEndedException)
        {
        }
    });

    /// <summary>Blocks in virtual time, until it is over or the token says so.</summary>
    /// <exception cref="OperationCanceledException">The token has said so.</exception>
    public void Sleep(TimeSpan time, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var over = false;
        _process.Scheduler.At(time, _process, Wake);
        using (ct.UnsafeRegister(_ => _process.Post(_ => Wake(), null), null)) Park();
        ct.ThrowIfCancellationRequested();

        void Wake()
        {
            if (over) return;
            over = true;
            Resume(null);
        }
    }

    /// <summary>Blocks until that ends, or the token says so.</summary>
    public void Wait(Task task, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (task.IsCompleted) return;
        var over = false;
        _process.Post(async _ =>
        {
            await Task.WhenAny(task);
            Wake();
        }, null);
        using (ct.UnsafeRegister(_ => _process.Post(_ => Wake(), null), null)) Park();
        ct.ThrowIfCancellationRequested();

        void Wake()
        {
            if (over) return;
            over = true;
            Resume(null);
        }
    }

    /// <summary>Its process has ended.</summary>
    public void End()
    {
        if (_parked) Resume(null);
    }

    void Park()
    {
        _parked = true;
        _worker.GiveBack();
        if (!_process.IsAlive) throw new ProcessEndedException();
    }

    void Resume(Action? work)
    {
        _parked = false;
        var context = SynchronizationContext.Current;
        _process.Scheduler.Lend(_worker.Thread, () => _worker.Go(work));
        SynchronizationContext.SetSynchronizationContext(context);
        if (_worker.IsFree) Idle.Add(_worker);
    }

    sealed class Worker
    {
        readonly SemaphoreSlim _go = new(0);
        readonly SemaphoreSlim _back = new(0);
        readonly Thread _thread;
        Action? _work;

        public Worker()
        {
            _thread = new(Loop) { IsBackground = true, Name = "coroutine" };
            _thread.Start();
        }

        public int Thread => _thread.ManagedThreadId;

        public bool IsFree => _work is null;

        public void Go(Action? work)
        {
            _work = work ?? _work;
            _go.Release();
            _back.Wait();
        }

        public void GiveBack()
        {
            _back.Release();
            _go.Wait();
        }

        void Loop()
        {
            while (true)
            {
                _go.Wait();
                _work!();
                _work = null;
                _back.Release();
            }
        }
    }
}

/// <summary>Unwinds the threads of a process that was killed.</summary>
sealed class ProcessEndedException : Exception;
