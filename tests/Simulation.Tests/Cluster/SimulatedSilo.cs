using Grid.Grains;
using Grid.Grains.Storage;
using Grid.Grains.Telemetry;
using Grid.Silo.Sharing;
using Grid.Silo.Telemetry;
using Grid.Silo.Workers;
using Grid.Sweeps.Results;
using Microsoft.Extensions.Logging;

namespace Grid.Simulation.Tests;

/// <summary>One life of a silo: the real grains and the real workers in a process that may be killed.</summary>
sealed class SimulatedSilo
{
    // Meters that nobody reads.
    static readonly SweepMetrics SweepMetrics = new(new Meters());
    static readonly WorkerMetrics WorkerMetrics = new(new Meters());

    readonly RowStorage _rows;
    readonly StoreClient _store;
    readonly TaskFactory _background;
    readonly ILoggerFactory _logs;
    readonly SimulatedExperiments _experiments;
    readonly RunningSweeps _board;
    readonly ResultCommitter _results;
    readonly List<(DeviceWorker Worker, SimulatedDevice Device)> _workers = [];
    readonly CancellationTokenSource _stop = new();
    Task _work = Task.CompletedTask;

    public SimulatedSilo(string name, int number, World world)
    {
        World = world;
        Process = new(name, number, world.Scheduler);
        Clock = new(Process, world.Dice.Seconds(100, 100_000)) { Off = world.Offsets.GetValueOrDefault(name) };
        _background = new(CancellationToken.None, TaskCreationOptions.None, TaskContinuationOptions.None, new SimulatedTasks(Process));
        _logs = new TraceLogs(world.Trace, Process);
        _store = new(world.Store, world.Conditions, Process, Clock, world.Dice, world.Trace, world.Scenario.PutBack);
        _rows = new(_store, _background, _logs.CreateLogger<IGridStore>());
        _experiments = new(world, Process);
        _board = new(_store, Clock, _logs.CreateLogger<RunningSweeps>());
        var (calls, models) = (new SimulatedCalls(Process, world.Network, world.Invariants, world.Scenario.PutBack), new ModelsAtHand());
        var leasing = new LeaseClient(
            calls, _board, new OwnerShares(most: 0, Clock), models, SweepMetrics, WorkerMetrics, Clock, _logs.CreateLogger<LeaseClient>());
        _results = new(calls, world.Outbox(name), leasing, WorkerMetrics, Clock, _logs.CreateLogger<ResultCommitter>());
        var context = new WorkerContext(calls, _board, leasing, _results, models, WorkerMetrics, Clock, _logs);
        var provenance = new Provenance("1", "none", "none", "", name);
        for (var slot = 0; slot < world.Scenario.Slots; slot++)
        {
            var device = new SimulatedDevice(Process);
            var cells = new DeviceCellRunner(device, _experiments, new(world.Scenario.HangTime, Clock),
                world.Scenario.SilentTime, provenance, Clock);
            var (kind, light) = !world.HasCards ? ("cpu", (bool?)null) : slot == 0 ? (World.Card, false) : (World.Beside, true);
            _workers.Add((new($"{name}/{kind}:{slot}", cells, provenance, context, light), device));
        }
    }

    public World World { get; }

    public SimulatedProcess Process { get; }

    public SimulatedClock Clock { get; }

    public Trace Trace => World.Trace;

    /// <summary>What its liveness check says.</summary>
    public bool Hangs => _workers.Any(w => w.Worker.Hangs);

    /// <summary>Whether that is so.</summary>
    public bool IsStuck => _experiments.IsStuck;

    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Its slots, and whether their device has nothing to do.</summary>
    public IEnumerable<(string Worker, bool IsIdle)> Slots => _workers.Select(w => (w.Worker.Name, !w.Device.IsBusy));

    /// <summary>Whether it has nothing left to do.</summary>
    public bool IsAtRest =>
        _workers.All(w => !w.Worker.IsBusy && !w.Device.IsBusy && w.Worker.Held == 0) && World.Outbox(Process.Name).Count == 0;

    public void HangNext() => _experiments.HangsNext = true;

    public void Start() =>
        _work = Task.WhenAll([_board.Run(_stop.Token), _results.Replay(_stop.Token), .. _workers.Select(w => w.Worker.Run(_stop.Token))]);

    /// <summary>Until its workers have given back what they cannot finish.</summary>
    public async Task Stop()
    {
        _stop.Cancel();
        await Task.WhenAny(_work);
    }

    /// <summary>A grain, and how its state is read before it wakes.</summary>
    public (IGrainBase Grain, Func<Task> Read) Create(GrainContext context)
    {
        if (context.GrainId.Type.ToString() == "sweep")
        {
            var state = new SimulatedState<SweepState>(_rows, context.GrainId);
            var log = _logs.CreateLogger<SweepGrain>();
            var times = new GrainTimes(World.Scenario.LeaseTime);
            return (new SweepGrain(context, state, World.Planner, _store, times, Clock, _background, SweepMetrics, log),
                state.ReadStateAsync);
        }
        else
        {
            var state = new SimulatedState<CellState>(_rows, context.GrainId);
            return (new CellGrain(context, state, Clock), state.ReadStateAsync);
        }
    }
}
