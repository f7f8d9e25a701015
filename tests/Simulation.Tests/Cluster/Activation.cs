using Orleans.Storage;

namespace Grid.Simulation.Tests;

/// <summary>A grain in a silo's memory: its calls one after the other, but those that may interleave, as the runtime makes them.</summary>
sealed class Activation(SimulatedSilo silo, GrainId id, SimulatedNetwork network)
{
    readonly Queue<Request> _waiting = new();
    readonly List<Func<Task>> _timers = [];
    State _state = State.Activating;
    GrainContext? _context;
    bool _busy;
    bool _leaving;

    enum State { Activating, Active, Gone }

    public SimulatedSilo Silo => silo;

    public GrainId Id => id;

    public bool IsGone => _state == State.Gone;

    /// <summary>Reads its state and wakes it.</summary>
    public async Task Begin()
    {
        try
        {
            _context = new(id, this);
            var (grain, read) = silo.Create(_context);
            await read();
            await _context.Wake(grain);
            _state = State.Active;
            _ = Pump();
        }
        catch (Exception e)
        {
            silo.Trace.Note(silo.Process, $"{id.Key} cannot be activated: {e.Message}");
            _state = State.Gone;
            while (_waiting.TryDequeue(out var request)) network.Refuse(request, e);
        }
    }

    public void Receive(Request request)
    {
        if (IsGone)
        {
            network.Forward(request);
            return;
        }

        if (request.Interleaves && _state == State.Active && !_leaving) _ = Run(request);
        else
        {
            _waiting.Enqueue(request);
            _ = Pump();
        }
    }

    /// <summary>A timer of the grain's is due.</summary>
    public void Tick(Func<Task> callback)
    {
        if (IsGone || _timers.Contains(callback)) return;
        _timers.Add(callback);
        _ = Pump();
    }

    /// <summary>Leaves once what runs has ended; who still waits is served by the next activation.</summary>
    public void Leave()
    {
        _leaving = true;
        _ = Pump();
    }

    async Task Pump()
    {
        if (_state != State.Active || _busy) return;
        _busy = true;
        while (!_leaving && (_waiting.Count > 0 || _timers.Count > 0))
        {
            if (_waiting.TryDequeue(out var request)) await Run(request);
            if (_timers.Count == 0 || _leaving) continue;
            var timer = _timers[0];
            await Guard(timer);
            _timers.Remove(timer);
        }

        _busy = false;
        if (!_leaving || IsGone) return;
        _state = State.Gone;
        await Guard(_context!.Sleep);
        while (_waiting.TryDequeue(out var left)) network.Forward(left);
    }

    async Task Run(Request request)
    {
        silo.Trace.Note(silo.Process, $"{request.Method} of {id.Key} for {request.Caller.Name}");
        var error = await request.Invoke(_context!.GrainInstance!);
        if (error is not null)
            silo.Trace.Note(silo.Process, $"{request.Method} of {id.Key} throws {error.GetType().Name}: {error.Message}");
        // Its state is stale: the next one reads it anew.
        if (error is InconsistentStateException) _leaving = true;
        network.Return(request);
    }

    async Task Guard(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e)
        {
            // The runtime logs it, and does no more.
            silo.Trace.Note(silo.Process, $"A timer of {id.Key} meets {e.GetType().Name}: {e.Message}");
        }
    }
}
