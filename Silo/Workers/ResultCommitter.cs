using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Silo.Telemetry;
using Grid.Sweeps.Results;
using Polly;
using Polly.Retry;

namespace Grid.Silo.Workers;

/// <summary>Takes a job's results to their cells, which keep them, and then to the coordinator, which counts them. Gives up on nothing but a stop, and on a coordinator
/// that wants none of it.</summary>
sealed partial class ResultCommitter(IGrainFactory grains, Outbox outbox, LeaseClient leasing, WorkerMetrics metrics, TimeProvider clock, ILogger<ResultCommitter> log)
{
    const int MostAtOnce = 64;

    // Another sweep is at some of the cells; it will not be long.
    static readonly TimeSpan ElsewhereWait = TimeSpan.FromSeconds(2);

    readonly ResiliencePipeline _retry = Retry(_ => true);

    readonly ResiliencePipeline _unlessFinal = Retry(e => e is not GridException { IsPassing: false });

    static ResiliencePipeline Retry(Func<Exception, bool> again) => new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = int.MaxValue,
        Delay = TimeSpan.FromMilliseconds(200),
        MaxDelay = TimeSpan.FromSeconds(5),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException && again(e)),
    }).Build();

    /// <summary>Works until the job's results have ended and are all kept, or the silo stops.</summary>
    public async Task Settle(Job job, string worker, CancellationToken stop)
    {
        var open = job.Mine.ToDictionary(c => c.Id);
        var computed = 0.0;
        while (await job.Results.WaitToReadAsync(stop))
        {
            var batch = new List<CellResult>();
            while (batch.Count < MostAtOnce && job.Results.TryRead(out var result)) batch.Add(result);
            using var completing = GroupTrace.Step(job, "complete");
            var kept = await Task.WhenAll(batch.Select(r => open.ContainsKey(r.Cell) ? Keep(job, r, stop) : Task.FromResult(r)));
            var sinceLease = clock.GetElapsedTime(job.Leased);
            foreach (var (result, accepted) in batch.Zip(kept))
            {
                if (!open.Remove(result.Cell, out var cell)) continue;
                computed += result.Seconds;
                metrics.Settled(accepted, job.Lease.Cell.Attack.Name, cell.Strength, sinceLease - TimeSpan.FromSeconds(computed));
            }

            // The end of the group goes with its last results.
            var ended = open.Count == 0 && job.Results.Completion.IsCompleted;
            await Report(job, worker, kept, ended, stop);
            if (ended) return;
        }

        if (open.Count > 0) await _retry.ExecuteAsync(async _ => await leasing.Release(job, open.Values), stop);
        await Report(job, worker, [], ended: true, stop);
    }

    /// <summary>Takes what an earlier life of this silo left behind to its cells.</summary>
    public async Task Replay(CancellationToken stop)
    {
        foreach (var completion in outbox.Left())
        {
            await _retry.ExecuteAsync(async _ => await Complete(completion), stop);
            outbox.Remove(completion);
            Replayed(completion.Result.Cell.Value);
        }
    }

    async Task<CellResult> Keep(Job job, CellResult result, CancellationToken stop)
    {
        var completion = new Completion(job.CellOf(job.Find(result.Cell)), result);
        var waits = false;
        var began = clock.GetTimestamp();
        var kept = await _retry.ExecuteAsync(
            async _ =>
            {
                try
                {
                    return await Complete(completion);
                }
                catch (Exception e) when (!waits)
                {
                    Waits(result.Cell.Value, e.Message);
                    outbox.Put(completion);
                    waits = true;
                    throw;
                }
            },
            stop);
        if (waits) outbox.Remove(completion);
        metrics.Committed(clock.GetElapsedTime(began));
        return kept;
    }

    Task<CellResult> Complete(Completion completion) => grains.GetGrain<ICellGrain>(completion.Result.Cell.Value).Complete(completion);

    Task Report(Job job, string worker, IReadOnlyList<CellResult> results, bool ended, CancellationToken stop)
    {
        var lease = job.Lease;
        var wait = !ended ? TimeSpan.Zero
            : job.Fault is { } fault ? lease.Limits.WaitAfter(lease.Attempt, fault) ?? TimeSpan.Zero
            : job.SomeElsewhere ? ElsewhereWait : TimeSpan.Zero;
        var report = new GroupReport(
            worker, lease.Group, lease.Token, [.. results.Select(r => new CellReport(job.Find(r.Cell).Index, r with { Confusion = null }))], ended, wait, job.Fault is not null);
        return Report(lease.Sweep, report, stop);
    }

    async Task Report(string sweep, GroupReport report, CancellationToken stop)
    {
        try
        {
            await _unlessFinal.ExecuteAsync(async _ => await grains.GetGrain<ISweepGrain>(sweep).Report(report), stop);
            if (report.Ended) leasing.Wake(sweep);
        }
        catch (GridException e)
        {
            // The results are kept by their cells: a coordinator that has use for them finds them there.
            NotWanted(sweep, report.Group, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The result of {cell} is not accepted yet; it waits on disk ({reason})")]
    partial void Waits(string cell, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The coordinator of {sweep} wants no report of group {group} ({reason}); its results are kept")]
    partial void NotWanted(string sweep, int group, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The result of {cell} from before this silo's start is kept")]
    partial void Replayed(string cell);
}
