using Grid.Contracts;
using Grid.Silo.Redaction;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>
/// Has the groups of a worker computed, one at a time or several as one, and ends each: it is done, given up, or has a fault after which it
/// is tried again. A batch is only a short cut: what it leaves open, for whatever reason, runs group by group, and fails or is given back
/// there.
/// </summary>
/// <param name="light">Which groups the worker asks for, see <see cref="LeaseRequest"/>.</param>
/// <param name="provenance">Provenance of cells that fail without a run.</param>
sealed partial class GroupRunner(string worker, bool? light, WorkerContext context, ICellRunner cells, Provenance provenance)
{
    /// <summary>Cells that take so long are worth a lease of their own.</summary>
    static readonly TimeSpan Long = TimeSpan.FromMilliseconds(50);

    readonly ILogger _log = context.Logs.CreateLogger<GroupRunner>();
    long _computed;

    /// <summary>Number of cells that got a result here.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    /// <summary>Runs until every job has ended. Once it is told to stop, or its device hangs, jobs end as they are.</summary>
    public async Task Run(IReadOnlyList<Job> jobs, CancellationToken stop)
    {
        bool GoesOn() => !stop.IsCancellationRequested && !cells.Hung.IsCompleted;
        var hung = jobs.Count > 1 && GoesOn() ? await Together(jobs) : null;
        // Nobody knows which group of the batch hung, so all of them run alone from now on.
        foreach (var job in jobs) job.End(hung is not null ? Fault(job, hung) : GoesOn() ? await Alone(job) : null);
    }

    /// <summary>Runs jobs, and returns the error if their device hangs.</summary>
    async Task<TimeoutException?> Together(IReadOnlyList<Job> jobs)
    {
        foreach (var job in jobs) Begin(job);
        try
        {
            await Patiently(cells.RunTogether(jobs, Add), jobs[0]);
        }
        catch (OperationCanceledException)
        {
            // Nobody wants its results any more.
        }
        catch (TimeoutException e) when (cells.Hung.IsCompleted)
        {
            return e;
        }
        catch (Exception e)
        {
            NotTogether(_log, worker, jobs[0].Lease.Sweep, jobs.Count, e);
        }
        finally
        {
            foreach (var job in jobs) job.Doing = "";
        }

        return null;
    }

    /// <summary>Runs a job, and returns the fault after which it is to be tried again; null if it ended otherwise.</summary>
    async Task<string?> Alone(Job job)
    {
        using var running = GroupTrace.Step(job, "run");
        Begin(job);
        var since = context.Clock.GetTimestamp();
        try
        {
            if (job.Lease.GiveUp is { } reason) Fail(job, FailureKind.GivenUp, reason);
            else if (job.Unreported.Count > 0) await Patiently(cells.Run(job, Next), job);
            return null;
        }
        catch (OperationCanceledException) when (job.Cancelled.IsCancellationRequested)
        {
            // The lease is lost, the sweep is cancelled, the silo stops or it is another owner's turn: cells without a result go back.
            return null;
        }
        catch (Exception e)
        {
            return Fault(job, e);
        }
        finally
        {
            job.Doing = "";
            context.Models.Add(job.Lease.Model);
        }

        // Between two cells it may be another owner's turn. A group of short cells ends soon by itself.
        void Next(CellResult result)
        {
            Add(job, result);
            var (took, now) = (context.Clock.GetElapsedTime(since), context.Clock.GetTimestamp());
            since = now;
            if (took >= Long && context.Leases.HoldsUpAnother(light, job.Lease.Sweep)) job.Cancel();
        }
    }

    async Task Patiently(Task run, Job job)
    {
        if (await Task.WhenAny(run, cells.Hung) == run)
        {
            await run;
            return;
        }

        var reason = await cells.Hung;
        Stuck(_log, worker, job.Lease.Group, job.Lease.Sweep, reason);
        job.Cancelled.ThrowIfCancellationRequested();
        throw new TimeoutException(reason);
    }

    void Begin(Job job)
    {
        job.Heard = context.Clock.GetTimestamp();
        if (job.Begin() && job.Mine.Count > 0) context.Metrics.Started(job.Mine.Count, context.Clock.GetElapsedTime(job.Leased));
    }

    void Add(Job job, CellResult result)
    {
        if (job.Add(result)) Interlocked.Increment(ref _computed);
    }

    // An error that nobody foresaw is tried again elsewhere until the sweep's attempts are used up.
    string? Fault(Job job, Exception e)
    {
        var text = PathRedaction.Text($"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        Faulted(_log, worker, job.Lease.Sweep, job.Lease.Group, job.Lease.Attempt, e);
        if (job.Lease.Limits.WaitAfter(job.Lease.Attempt, text) is not null) return text;
        var kind = e is TimeoutException && cells.Hung.IsCompleted ? FailureKind.Hung
            : e is OutOfMemoryException ? FailureKind.OutOfMemory : FailureKind.Fault;
        Fail(job, kind, text);
        return null;
    }

    void Fail(Job job, FailureKind kind, string reason)
    {
        foreach (var cell in job.Unreported) job.Add(CellResult.Failed(cell.Id, kind, reason, 0, job.Attempts + 1, provenance));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot run {groups} groups of {sweep} as one, and runs each alone")]
    static partial void NotTogether(ILogger log, string worker, string sweep, int groups, Exception e);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "{worker} is lost, in group {group} of {sweep}: {reason}. Restart this silo; the group runs elsewhere")]
    static partial void Stuck(ILogger log, string worker, int group, string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{worker} met an error in group {group} of {sweep}, attempt {attempt}")]
    static partial void Faulted(ILogger log, string worker, string sweep, int group, int attempt, Exception e);
}
