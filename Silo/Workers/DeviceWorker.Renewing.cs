using Grid.Contracts;

namespace Grid.Silo.Workers;

/// <summary>Keeps what the worker holds: leases at their coordinators, and now and then claims at their cells.</summary>
sealed partial class DeviceWorker
{
    async Task RenewAll(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(RenewEvery, clock);
        try
        {
            for (var count = 1; await timer.WaitForNextTickAsync(stop); count++)
            {
                foreach (var sweep in _held.Keys.GroupBy(j => j.Lease.Sweep)) await Renew(sweep.Key, [.. sweep], claim: count % RenewalsPerClaim == 0);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    async Task Renew(string sweep, IReadOnlyList<Job> jobs, bool claim)
    {
        try
        {
            var lost = await grains.GetGrain<ISweepGrain>(sweep).Renew(name, [.. jobs.Select(j => new Renewal(j.Lease.Group, j.Lease.Token, j.Doing))]);
            // Some have ended since they were asked about.
            foreach (var job in jobs.Where(j => lost.Contains(j.Lease.Token) && _held.ContainsKey(j)))
            {
                Lost(name, sweep, job.Lease.Group);
                job.Cancel();
            }

            if (claim) await Task.WhenAll(jobs.Where(j => !j.Cancelled.IsCancellationRequested).Select(leasing.Keep));
        }
        catch (GridException e) when (!e.IsPassing)
        {
            // The coordinator knows the sweep no longer, or not as it was planned.
            NoRenewal(name, sweep, e);
            foreach (var job in jobs) job.Cancel();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next one may succeed; a result is accepted without a lease, too.
            NoRenewal(name, sweep, e);
        }
    }
}
