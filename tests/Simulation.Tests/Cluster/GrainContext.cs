using Orleans.Timers;

namespace Grid.Simulation.Tests;

/// <summary>What a grain asks of the runtime: its id, its timers, and to be let go.</summary>
sealed class GrainContext(GrainId id, Activation activation) : IGrainContext, IServiceProvider, ITimerRegistry, IGrainRuntime
{
    IGrainBase? _grain;

    public GrainId GrainId => id;

    public object? GrainInstance => _grain;

    public IServiceProvider ActivationServices => this;

    public IServiceProvider ServiceProvider => this;

    public Task Deactivated => Task.CompletedTask;

    public GrainReference GrainReference => throw new NotSupportedException();

    public ActivationId ActivationId => throw new NotSupportedException();

    public GrainAddress Address => throw new NotSupportedException();

    public IGrainLifecycle ObservableLifecycle => throw new NotSupportedException();

    public IWorkItemScheduler Scheduler => throw new NotSupportedException();

    public string SiloIdentity => activation.Silo.Process.Name;

    public SiloAddress SiloAddress => throw new NotSupportedException();

    public IGrainFactory GrainFactory => throw new NotSupportedException();

    public ITimerRegistry TimerRegistry => this;

    public TimeProvider TimeProvider => activation.Silo.Clock;

    public Task Wake(IGrainBase grain)
    {
        _grain = grain;
        return grain.OnActivateAsync(CancellationToken.None);
    }

    public async Task Sleep()
    {
        await _grain!.OnDeactivateAsync(new(DeactivationReasonCode.ApplicationRequested, ""), CancellationToken.None);
        (_grain as IDisposable)?.Dispose();
    }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(ITimerRegistry) || serviceType == typeof(IGrainRuntime) ? this : null;

    public void DeactivateOnIdle(IGrainContext grainContext)
    {
        // A coordinator that misses results in a store that has gone back leaves, and its leases with it, as when it is forgotten.
        var world = activation.Silo.World;
        if (world.Store.HasLost && id.Type.ToString() == "sweep") world.Invariants.Trouble(id);
        activation.Leave();
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) => activation.Leave();

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        var tick = () => callback(state, CancellationToken.None);
        return new GrainTimer(activation.Silo.Clock.CreateTimer(_ => activation.Tick(tick), null, options.DueTime, options.Period));
    }

    public IDisposable RegisterTimer(IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime,
        TimeSpan period) => throw new NotSupportedException();

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan)
    {
    }

    public Orleans.Core.IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) => throw new NotSupportedException();

    public object? GetComponent(Type componentType) => null;

    public object? GetTarget() => _grain;

    public void SetComponent<TComponent>(TComponent? value) where TComponent : class => throw new NotSupportedException();

    public void ReceiveMessage(object message) => throw new NotSupportedException();

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Rehydrate(IRehydrationContext context) => throw new NotSupportedException();

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    sealed class GrainTimer(ITimer timer) : IGrainTimer
    {
        public void Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose() => timer.Dispose();
    }
}
