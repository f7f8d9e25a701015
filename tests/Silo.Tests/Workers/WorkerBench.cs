using System.Diagnostics.Metrics;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Telemetry;
using Grid.Lab;
using Grid.Silo.Files;
using Grid.Silo.Sharing;
using Grid.Silo.Telemetry;
using Grid.Silo.Workers;
using Grid.Sweeps.Spec;
using Grid.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grid.Silo.Tests.Workers;

/// <summary>A worker with everything that is its own, and around it a cluster, a device and a clock of the test.</summary>
sealed class WorkerBench : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-").FullName;
    readonly CancellationTokenSource _stop = new();
    readonly MemoryStore _store = new();
    readonly RunningSweeps _board;
    readonly WorkerContext _context;
    readonly List<DeviceWorker> _workers = [];
    readonly List<Task> _runs = [];

    public WorkerBench(int ownerGroups = 0)
    {
        (Cluster, Cells) = (new(Time.Clock), new(Time.Clock));
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var (metrics, models, logs) = (new WorkerMetrics(meters), new ModelsAtHand(), LoggerFactory.Create(_ => { }));
        Outbox = new(Path.Combine(_folder, "outbox"), logs.CreateLogger<Outbox>());
        _board = new(_store, Time.Clock, logs.CreateLogger<RunningSweeps>());
        var leases = new LeaseClient(
            Cluster, _board, new OwnerShares(ownerGroups, Time.Clock), models, new SweepMetrics(meters), metrics, Time.Clock,
            logs.CreateLogger<LeaseClient>());
        Results = new(Cluster, Outbox, leases, metrics, Time.Clock, Told);
        _context = new(Cluster, _board, leases, Results, models, metrics, Time.Clock, logs);
    }

    public SimulatedTime Time { get; } = new();

    public TestCluster Cluster { get; }

    public TestCells Cells { get; }

    public Outbox Outbox { get; }

    public ResultCommitter Results { get; }

    /// <summary>What was logged of results.</summary>
    public Told<ResultCommitter> Told { get; } = new();

    /// <summary>From now on the disk takes nothing.</summary>
    public void FillDisk() => File.WriteAllText(Path.Combine(_folder, "outbox"), "");

    public DeviceWorker Worker => _workers[0];

    public bool HasEnded => _runs.TrueForAll(r => r.IsCompletedSuccessfully);

    public TestSweep Add(string id, int groups, int priority = 0, Limits? limits = null, string owner = "ada", int ofCells = 1,
        string version = LabVersion.Current)
    {
        Time.Do(() => _store.WriteSweep(new(Make.Sweep(id, priority) with { Owner = owner, Version = version }, 0)));
        return Cluster.Add(id, groups, limits, ofCells);
    }

    public void Start(int workers = 1)
    {
        Time.Do(() => _board.Run(_stop.Token));
        for (var i = 0; i < workers; i++) Start(new DeviceWorker($"silo/cpu:{i}", Cells, Make.Here, _context));
    }

    /// <summary>Starts a worker on a GPU, and others on processors beside it.</summary>
    public void Start(ICellRunner card, int beside)
    {
        Time.Do(() => _board.Run(_stop.Token));
        Start(new DeviceWorker("silo/cuda:0:0", card, Make.Here, _context, light: false));
        for (var i = 0; i < beside; i++) Start(new DeviceWorker($"silo/cpu:{i}", Cells, Make.Here, _context, light: true));
    }

    void Start(DeviceWorker worker)
    {
        _workers.Add(worker);
        _runs.Add(Time.Do(() => worker.Run(_stop.Token)));
    }

    public void Stop() => Time.Do(() =>
    {
        _stop.Cancel();
        return true;
    });

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }
}
