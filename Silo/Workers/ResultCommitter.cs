using Grid.Contracts;
using Grid.Grains;
using Grid.Silo.Files;
using Grid.Silo.Redaction;
using Grid.Silo.Telemetry;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>
/// Takes a job's results to their cells, which keep them, and then to the coordinator, which counts them. It tries again as long as that
/// may succeed, and gives up only on what is refused for good.
/// </summary>
sealed partial class ResultCommitter(
    IClusterCalls cluster, IOutbox outbox, LeaseClient leasing, WorkerMetrics metrics, TimeProvider clock, ILogger<ResultCommitter> log)
{
    const int MostAtOnce = 64;

    // There is no jitter, so that what all workers of a silo bring at the same time is written together.
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200), LongestWait = TimeSpan.FromSeconds(5);

    // Another sweep runs some of the cells, and will be done soon.
    static readonly TimeSpan ElsewhereWait = TimeSpan.FromSeconds(2);

    /// <summary>Works until the job has ended and its results are all kept.</summary>
    public async Task Settle(Job job, string worker)
    {
        var open = job.Mine.ToDictionary(c => c.Id);
        var computed = 0.0;
        while (await job.Results.WaitToReadAsync())
        {
            var batch = new List<CellResult>();
            while (batch.Count < MostAtOnce && job.Results.TryRead(out var result)) batch.Add(result);
            using var completing = GroupTrace.Step(job, "complete");
            var kept = await Task.WhenAll(batch.Select(r => open.ContainsKey(r.Cell) ? Keep(job, r) : Task.FromResult(r)));
            var sinceLease = clock.GetElapsedTime(job.Leased);
            foreach (var (result, accepted) in batch.Zip(kept))
            {
                if (!open.Remove(result.Cell, out var cell)) continue;
                computed += result.Seconds;
                metrics.Settled(accepted, job.Lease.Cell.Attack.Name, cell.Strength, sinceLease - TimeSpan.FromSeconds(computed));
            }

            // The last results of the group are reported with its end.
            var ended = open.Count == 0 && job.Results.Completion.IsCompleted;
            await Report(job, worker, kept, ended);
            if (ended) return;
        }

        if (open.Count > 0) await Release(job, open.Values);
        await Report(job, worker, [], ended: true);
    }

    /// <summary>Takes results that an earlier process of this silo left to their cells.</summary>
    public Task Replay(CancellationToken stop) => Task.WhenAll(outbox.Left().Select(completion => Replay(completion, stop)));

    async Task Replay(Completion completion, CancellationToken stop)
    {
        try
        {
            await Again(() => cluster.Complete(completion), stop);
            outbox.Remove(completion);
            Replayed(completion.Result.Cell.Value);
        }
        catch (GridException e)
        {
            outbox.SetAside(completion);
            Refused(completion.Result.Cell.Value, e.Message);
        }
    }

    /// <summary>
    /// Returns what the cell has in the end: the result, or one that came first; a failure if the result is refused for good.
    /// </summary>
    async Task<CellResult> Keep(Job job, CellResult result)
    {
        var completion = new Completion(job.CellOf(job.Find(result.Cell)), result);
        var (waits, onDisk) = (false, false);
        var began = clock.GetTimestamp();
        try
        {
            var kept = await Again(() => cluster.Complete(completion), CancellationToken.None, reason =>
            {
                if (onDisk) return;
                // The disk is asked again, and the log is told once.
                if (!waits) Waits(result.Cell.Value, reason);
                (waits, onDisk) = (true, Put(completion, isTold: waits));
            });
            if (waits) outbox.Remove(completion);
            metrics.Committed(clock.GetElapsedTime(began));
            return kept;
        }
        catch (GridException e)
        {
            Refused(result.Cell.Value, e.Message);
            if (Put(completion)) outbox.SetAside(completion);
            else outbox.Remove(completion);
            // The failure is counted, for else its sweep would never end.
            if (result.Status == CellStatus.Failed) return result with { Failure = FailureKind.Refused };
            var reason = $"Its result cannot be kept: {e.Message}";
            return await Keep(
                job, CellResult.Failed(result.Cell, FailureKind.Refused, reason, result.Seconds, result.Attempts, result.Provenance));
        }
    }

    /// <summary>Writes a result to the disk; false if the disk does not take it, and then it is in memory alone.</summary>
    bool Put(Completion completion, bool isTold = false)
    {
        try
        {
            outbox.Put(completion);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!isTold) NotOnDisk(completion.Result.Cell.Value, e.Message);
            return false;
        }
    }

    async Task Release(Job job, IEnumerable<LeasedCell> cells)
    {
        try
        {
            await Again(Give, CancellationToken.None);
        }
        catch (GridException e)
        {
            // The claims will run out.
            NotReleased(job.Lease.Sweep, job.Lease.Group, e.FirstLine());
        }

        async Task<bool> Give()
        {
            await leasing.Release(job, cells);
            return true;
        }
    }

    Task Report(Job job, string worker, IReadOnlyList<CellResult> results, bool ended)
    {
        var lease = job.Lease;
        var wait = !ended ? TimeSpan.Zero
            : job.Fault is { } fault ? lease.Limits.WaitAfter(lease.Attempt, fault) ?? TimeSpan.Zero
            : job.SomeElsewhere ? ElsewhereWait : TimeSpan.Zero;
        var cells = results.Select(r => new CellReport(job.Find(r.Cell).Index, r.Outlined()));
        return Report(lease.Sweep, new(worker, lease.Group, lease.Token, [.. cells], ended, wait, ended && job.Fault is not null));
    }

    async Task Report(string sweep, GroupReport report)
    {
        try
        {
            await Again(Send, CancellationToken.None);
            if (report.Ended) leasing.Wake(sweep);
        }
        catch (GridException e)
        {
            // The cells keep the results, and a coordinator that needs them finds them there.
            NotWanted(sweep, report.Group, e.FirstLine());
        }

        async Task<bool> Send()
        {
            await cluster.Report(sweep, report);
            return true;
        }
    }

    /// <summary>Tries until it succeeds, with growing waits.</summary>
    /// <param name="failed">Is called with every failure that is tried again.</param>
    /// <exception cref="GridException">The call is refused for good.</exception>
    async Task<T> Again<T>(Func<Task<T>> call, CancellationToken stop, Action<string>? failed = null)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (e is not GridException { IsPassing: false })
            {
                failed?.Invoke(e.FirstLine());
            }

            await Task.Delay(wait, clock, stop);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The result of {cell} is not accepted yet; it waits on disk ({reason})")]
    partial void Waits(string cell, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The result of {cell} cannot wait on disk ({reason}): a restart would lose it")]
    partial void NotOnDisk(string cell, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Cells of group {group} of {sweep} cannot be given back ({reason}); their claims will run out")]
    partial void NotReleased(string sweep, int group, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The result of {cell} is refused for good, and set aside in the outbox ({reason})")]
    partial void Refused(string cell, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The coordinator of {sweep} does not take the report of group {group} ({reason}); its results are kept")]
    partial void NotWanted(string sweep, int group, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The result of {cell} from before this silo's start is kept")]
    partial void Replayed(string cell);
}
