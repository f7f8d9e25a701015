using Grid.Grains;
using Grid.Silo.Telemetry;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>What the workers of a silo share.</summary>
/// <param name="Cluster">Calls to coordinators and cells.</param>
/// <param name="Sweeps">The sweeps that have work.</param>
sealed record WorkerContext(
    IClusterCalls Cluster, RunningSweeps Sweeps, LeaseClient Leases, ResultCommitter Results, ModelsAtHand Models, WorkerMetrics Metrics,
    TimeProvider Clock, ILoggerFactory Logs);

/// <summary>
/// Runs one slot of a device. <see cref="GroupFetcher"/> brings it groups, <see cref="GroupRunner"/> has them computed, and
/// <see cref="LeaseKeeper"/> keeps their leases meanwhile. Their results are kept and reported while the next groups run. Every job ends
/// here.
/// </summary>
sealed partial class DeviceWorker : IDisposable
{
    /// <summary>Most jobs of one sweep whose results are being kept at the same time.</summary>
    const int MostSettling = 64;

    readonly WorkerContext _context;
    readonly ICellRunner _cells;
    readonly LeaseKeeper _keeper;
    readonly GroupFetcher _fetcher;
    readonly GroupRunner _runner;
    readonly ILogger _log;
    // Each sweep has its own, so that a coordinator that does not answer holds up only its own results.
    readonly Dictionary<string, SemaphoreSlim> _rooms = new(StringComparer.Ordinal);

    /// <param name="name">Name of the worker, which is silo and slot.</param>
    /// <param name="provenance">Provenance of cells that fail without a run.</param>
    /// <param name="light">Which groups it asks for, see <see cref="Contracts.LeaseRequest"/>.</param>
    public DeviceWorker(string name, ICellRunner cells, Provenance provenance, WorkerContext context, bool? light = null)
    {
        (Name, _cells, _context, _log) = (name, cells, context, context.Logs.CreateLogger<DeviceWorker>());
        _keeper = new(name, context.Cluster, context.Leases, context.Clock, context.Logs.CreateLogger<LeaseKeeper>());
        _fetcher = new(name, light, context, _keeper, cells);
        _runner = new(name, light, context, cells, provenance);
    }

    public string Name { get; }

    /// <summary>Number of cells that got a result here.</summary>
    public long Cells => _runner.Computed;

    public string Doing => _keeper.Doing();

    /// <summary>Number of groups that it holds: their leases are renewed, whether they run, wait or are being reported.</summary>
    public int Held => _keeper.Held.Count;

    public bool IsBusy => _fetcher.IsRunning;

    /// <summary>True once its device did not end what it was told to end. Only a new process helps.</summary>
    public bool Hangs => _cells.Hung.IsCompleted;

    /// <summary>True if its device could not be opened, so that it runs nothing.</summary>
    public bool IsBroken => _cells.Replicas.IsFaulted;

    public void Dispose() => _cells.Dispose();

    /// <summary>Works until it is stopped, and then hands back what cannot be finished.</summary>
    public async Task Run(CancellationToken stop)
    {
        // Keeping results may take a while longer than the stop.
        using var renewing = new CancellationTokenSource();
        var renew = _keeper.Run(renewing.Token);
        var fetch = _fetcher.Run(stop);
        var settled = new List<Task>();
        while (await _fetcher.Next() is { } jobs)
        {
            settled.RemoveAll(t => t.IsCompleted);
            settled.AddRange(jobs.Select(Settle));
            var began = _context.Clock.GetTimestamp();
            await _runner.Run(jobs, stop);
            // Groups of which nothing had to run say nothing of the next ones: a slot that counted them would take more than its share.
            if (jobs.Any(j => j.Lease.GiveUp is null && j.Mine.Count > 0)) _fetcher.Took(_context.Clock.GetElapsedTime(began));
        }

        try
        {
            await fetch;
        }
        catch (Exception e)
        {
            // Other slots go on.
            Unusable(_log, Name, e);
        }

        await Task.WhenAll(settled);
        renewing.Cancel();
        await renew;
    }

    async Task Settle(Job job)
    {
        SemaphoreSlim? room;
        lock (_rooms)
            if (!_rooms.TryGetValue(job.Lease.Sweep, out room)) _rooms.Add(job.Lease.Sweep, room = new(MostSettling));
        await room.WaitAsync();
        try
        {
            await _context.Results.Settle(job, Name);
        }
        finally
        {
            room.Release();
            _keeper.LetGo(job);
            job.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{worker} runs nothing, because its device cannot be used")]
    static partial void Unusable(ILogger log, string worker, Exception e);
}
