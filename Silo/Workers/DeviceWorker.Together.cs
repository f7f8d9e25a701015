using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Batching;

namespace Grid.Silo.Workers;

/// <summary>
/// Groups alike run as one on a device that has use for replicas. A batch is a short cut and nothing else: what it leaves open, whatever the reason, is run
/// group by group afterwards, and fails or is given back there.
/// </summary>
sealed partial class DeviceWorker
{
    /// <summary>Of some leases those to keep: as many as are wanted anyway, and those that can be run with the first as one. The others go back at once.</summary>
    async Task<IReadOnlyList<GroupLease>> Keep(ImmutableArray<GroupLease> leases, int wanted)
    {
        if (leases.Length <= wanted) return leases;
        var alike = AlikeKey(leases[0]);
        var kept = leases.Where((lease, i) => i < wanted || (alike is not null && AlikeKey(lease) == alike)).ToList();
        await Task.WhenAll(leases.Except(kept).Select(GiveBack));
        return kept;
    }

    async Task GiveBack(GroupLease lease)
    {
        try
        {
            await grains.GetGrain<ISweepGrain>(lease.Sweep).Report(new(name, lease.Group, lease.Token, [], Ended: true, TimeSpan.Zero, Fault: false));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It runs out.
            NoReturn(name, lease.Group, lease.Sweep, e);
        }
    }

    /// <summary>What to run as one, at most so many groups; in the order of the first of each.</summary>
    static IEnumerable<Job[]> Batches(IReadOnlyList<Job> jobs, int most) => most == 1
        ? jobs.Select(job => new[] { job })
        : jobs.GroupBy(job => job.Mine.Count > 0 && AlikeKey(job.Lease) is { } key ? (object)key : job).SelectMany(same => same.Chunk(most));

    // What has gone wrong once runs alone, so that it takes nobody along: not even if it ends this process.
    static string? AlikeKey(GroupLease lease) => lease.Attempt > 1 || lease.GiveUp is not null ? null : BatchKey.KeyOf(lease.Cell);

    async Task Together(Job[] jobs)
    {
        foreach (var job in jobs) Begin(job);
        try
        {
            await Patiently(device.Run(d => RunOn(d, jobs)), jobs[0]);
        }
        catch (OperationCanceledException)
        {
            // Nobody wants it any more.
        }
        catch (TimeoutException e) when (Hangs)
        {
            // Whoever it is, from now on they run alone.
            foreach (var job in jobs) Fault(job, e);
        }
        catch (Exception e)
        {
            NotTogether(name, jobs[0].Lease.Sweep, jobs.Length, e);
        }
        finally
        {
            foreach (var job in jobs) job.Doing = "";
        }
    }

    void RunOn(Compute.Device device, Job[] jobs)
    {
        using var end = new CancellationTokenSource();
        // As long as anybody wants its result: one that is lost costs nothing more.
        var wanted = jobs.Length;
        var registrations = jobs.Select(j => j.Cancelled.Register(() =>
        {
            if (Interlocked.Decrement(ref wanted) == 0) end.Cancel();
        })).ToList();
        try
        {
            new CellDeadline(jobs[0].Lease.Limits.CellTimeout, clock).RunTogether(
                ct => patience.With(() => experiments.RunTogether(
                    [.. jobs.Select(job => new GroupRun([.. job.Unreported.Select(c => (job.CellOf(c), c.Id))], job.Attempts + 1, result => Add(job, result)))],
                    device,
                    line =>
                    {
                        foreach (var job in jobs) job.Doing = line;
                    },
                    ct), ct),
                end.Token);
        }
        finally
        {
            foreach (var registration in registrations) registration.Dispose();
        }
    }

    void Begin(Job job)
    {
        if (job.Begun || job.Mine.Count == 0) return;
        job.Begun = true;
        metrics.Started(job.Mine.Count, clock.GetElapsedTime(job.Leased));
    }
}
