using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Grid.Contracts;
using Grid.Grains;
using Grid.Lab.Experiments;
using Grid.Silo.Redaction;
using Grid.Silo.Telemetry;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>
/// One slot of a device: fetches groups ahead of need where they are short, runs them on the device's thread, one at a time or several alike as one, and
/// leaves keeping and reporting their results to go on beside the next.
/// </summary>
/// <param name="name">Silo and slot.</param>
/// <param name="provenance">For cells that are failed without a run.</param>
/// <param name="patience">Once it is over the worker gives back what it has and ends, for nothing ends what its device is at.</param>
sealed partial class DeviceWorker(
    string name, DeviceThread device, IExperiments experiments, LeaseClient leasing, ResultCommitter settling, ModelsAtHand models, RunningSweeps board, IGrainFactory grains,
    WorkerMetrics metrics, Provenance provenance, HangDetector patience, TimeProvider clock, ILogger<DeviceWorker> log) : IDisposable
{
    /// <summary>Groups are fetched ahead for this long.</summary>
    static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    const int MostAhead = 64;

    const int RenewalsPerClaim = 10;

    readonly ConcurrentDictionary<Job, byte> _held = [];
    readonly Channel<Job[]> _ready = Channel.CreateUnbounded<Job[]>();
    readonly SemaphoreSlim _wanted = new(0);
    readonly SemaphoreSlim _settlingRoom = new(MostAhead);
    double _meanSeconds = double.PositiveInfinity;
    int _waiting;
    volatile bool _running;

    public string Name => name;

    /// <summary>Cells settled.</summary>
    public long Cells { get; private set; }

    public string Doing => _held.Keys.FirstOrDefault(j => j.Doing.Length > 0)?.Doing ?? "";

    public bool IsBusy => _running;

    /// <summary>True once its device goes on with what it was told to end. Nothing but a new process helps.</summary>
    public bool Hangs => patience.Over.IsCompleted;

    public void Dispose()
    {
        device.Dispose();
        _wanted.Dispose();
        _settlingRoom.Dispose();
    }

    /// <summary>Until stopped; then hands back what cannot be finished.</summary>
    public async Task Run(CancellationToken stop)
    {
        // Accepted results are worth a while longer than the stop.
        using var renewing = new CancellationTokenSource();
        var renew = RenewAll(renewing.Token);
        var fetch = Fetch(stop);
        var settled = new List<Task>();
        try
        {
            await foreach (var jobs in _ready.Reader.ReadAllAsync(CancellationToken.None))
            {
                _running = true;
                Interlocked.Add(ref _waiting, -jobs.Length);
                _wanted.Release();
                settled.RemoveAll(t => t.IsCompleted);
                settled.AddRange(jobs.Select(Settle));
                var began = clock.GetTimestamp();
                if (jobs.Length > 1 && !stop.IsCancellationRequested && !Hangs) await Together(jobs);
                foreach (var job in jobs)
                {
                    if (!stop.IsCancellationRequested && !Hangs) await Work(job);
                    job.End();
                }

                Took(clock.GetElapsedTime(began));
                _running = false;
                _wanted.Release();
            }
        }
        finally
        {
            await fetch;
            await Task.WhenAll(settled);
            await renewing.CancelAsync();
            await renew;
        }
    }

    async Task Fetch(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && !Hangs)
            {
                var ahead = (int)Math.Min(MostAhead, Ahead.TotalSeconds / _meanSeconds);
                var most = (_running ? ahead : Math.Max(1, ahead)) - Volatile.Read(ref _waiting);
                if (most <= 0)
                {
                    await _wanted.WaitAsync(stop);
                    continue;
                }

                if (!await FetchUpTo(most, stop)) await Task.WhenAny(board.Changed, Task.Delay(Idle, clock, stop));
            }
        }
        catch (OperationCanceledException)
        {
            // A stop.
        }
        finally
        {
            _ready.Writer.Complete();
        }
    }

    async Task<bool> FetchUpTo(int most, CancellationToken stop)
    {
        var together = await device.Replicas;
        var leases = await Keep(await leasing.Next(name, Math.Max(most, together)), most);
        var now = clock.GetTimestamp();
        var jobs = leases.Select(lease => new Job(lease, now, GroupTrace.Begin(lease, name), stop)).ToList();
        foreach (var job in jobs) _held.TryAdd(job, 0);
        await Task.WhenAll(jobs.Select(Claim));
        foreach (var batch in Batches(jobs, together))
        {
            Interlocked.Add(ref _waiting, batch.Length);
            await _ready.Writer.WriteAsync(batch, CancellationToken.None);
        }

        return jobs.Count > 0;
    }

    async Task Claim(Job job)
    {
        using var claiming = GroupTrace.Step(job, "claim");
        try
        {
            await leasing.Claim(job);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing is run without its cells' consent; the group goes back for a moment.
            NoConsent(name, job.Lease.Group, job.Lease.Sweep, e);
            job.Mine.Clear();
            job.SomeElsewhere = true;
        }
    }

    async Task Work(Job job)
    {
        using var running = GroupTrace.Step(job, "run");
        Begin(job);
        try
        {
            if (job.Lease.GiveUp is { } reason) Fail(job, reason);
            else if (job.Unreported.Count > 0) await Patiently(device.Run(d => RunOn(d, job)), job);
        }
        catch (OperationCanceledException) when (job.Cancelled.IsCancellationRequested)
        {
            // Lost, cancelled or stopping: what has no result goes back.
        }
        catch (Exception e)
        {
            Fault(job, e);
        }
        finally
        {
            job.Doing = "";
            models.Add(job.Lease.Model);
        }
    }

    void Took(TimeSpan time)
    {
        var seconds = time.TotalSeconds;
        _meanSeconds = double.IsFinite(_meanSeconds) ? (0.8 * _meanSeconds) + (0.2 * seconds) : seconds;
        _meanSeconds = Math.Max(_meanSeconds, 1e-5);
    }

    async Task Patiently(Task run, Job job)
    {
        if (await Task.WhenAny(run, patience.Over) != run)
        {
            Stuck(name, job.Lease.Group, job.Lease.Sweep, patience.Reason);
            job.Cancelled.ThrowIfCancellationRequested();
            throw new TimeoutException(patience.Reason);
        }

        await run;
    }

    void RunOn(Compute.Device device, Job job)
    {
        var cells = job.Unreported.ToDictionary(c => c.Id);
        var deadline = new CellDeadline(job.Lease.Limits.CellTimeout, clock);
        deadline.Run(
            [.. cells.Keys],
            (ids, reported, ct) => patience.With(
                () => experiments.Run(
                    [.. ids.Select(id => (job.CellOf(cells[id]), id))],
                    device,
                    job.Attempts + 1,
                    line => job.Doing = line,
                    result =>
                    {
                        Add(job, result);
                        reported(result.Cell);
                    },
                    ct),
                ct),
            (id, took) => Add(job, CellResult.Failed(id, deadline.Reason, took.TotalSeconds, job.Attempts + 1, provenance)),
            job.Cancelled);
    }

    void Add(Job job, CellResult result)
    {
        job.Add(result);
        Cells++;
    }

    // An error that nobody foresaw: tried again elsewhere until the sweep's attempts are used up.
    void Fault(Job job, Exception e)
    {
        var text = PathRedaction.Text($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        Faulted(name, job.Lease.Sweep, job.Lease.Group, job.Lease.Attempt, e);
        if (job.Lease.Limits.WaitAfter(job.Lease.Attempt, text) is null) Fail(job, text);
        else job.Fault = text;
    }

    void Fail(Job job, string reason)
    {
        foreach (var cell in job.Unreported) job.Add(CellResult.Failed(cell.Id, reason, 0, job.Attempts + 1, provenance));
    }

    async Task Settle(Job job)
    {
        await _settlingRoom.WaitAsync();
        try
        {
            await settling.Settle(job, name, CancellationToken.None);
        }
        finally
        {
            _settlingRoom.Release();
            _held.TryRemove(job, out _);
            job.Dispose();
        }
    }
}
