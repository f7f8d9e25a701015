using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Silo.Redaction;

namespace Grid.Silo.Workers;

/// <summary>
/// Keeps what a worker holds: leases at their coordinators, claims at their cells. It talks to each sweep separately, so that a slow
/// coordinator costs other sweeps nothing.
/// </summary>
/// <param name="worker">Name of the worker, which is silo and slot.</param>
sealed partial class LeaseKeeper(string worker, IClusterCalls cluster, LeaseClient leasing, TimeProvider clock, ILogger<LeaseKeeper> log)
{
    static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    static readonly TimeSpan ClaimEvery = TimeSpan.FromSeconds(20);

    /// <summary>The time after which a cell that reports nothing is shown as silent: it may hang, or be very large.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    ImmutableList<Job> _held = [];

    /// <summary>The jobs that the worker holds, in the order in which they came.</summary>
    public IReadOnlyList<Job> Held => _held;

    /// <summary>A line that says what the device does; empty where nothing is known.</summary>
    public string Doing() => _held.Select(Doing).FirstOrDefault(d => d.Length > 0) ?? "";

    string Doing(Job job)
    {
        var quiet = clock.GetElapsedTime(job.Heard);
        if (job.State != JobState.Running || quiet < Quiet) return job.Doing;
        return FormattableString.Invariant(
            $"{(job.Doing.Length > 0 ? job.Doing : "computing")}, nothing new for {Math.Floor(quiet.TotalMinutes):0} min");
    }

    public void Hold(Job job) => ImmutableInterlocked.Update(ref _held, held => held.Add(job));

    public void LetGo(Job job)
    {
        if (ImmutableInterlocked.Update(ref _held, held => held.Remove(job))) leasing.HasLetGo(job.Lease.Sweep);
    }

    /// <summary>Keeps leases and claims until it is told to end.</summary>
    public Task Run(CancellationToken end) => Task.WhenAll(Repeat(RenewEvery, Renew, end), Repeat(ClaimEvery, KeepClaims, end));

    /// <summary>
    /// Tells a coordinator that its leases are worked on. The first renewal tells it that they arrived: a lease that is lost earlier counts
    /// as no attempt.
    /// </summary>
    /// <param name="jobs">The jobs of this sweep.</param>
    public async Task Renew(string sweep, IReadOnlyList<Job> jobs)
    {
        jobs = [.. jobs.Where(j => !j.IsLost)];
        if (jobs.Count == 0) return;
        try
        {
            // There must be several tries within a lease, however long the runtime waits for a call.
            var most = jobs.Min(j => j.Lease.LeaseTime) / 4;
            var renewals = jobs.Select(j => new Renewal(j.Lease.Group, j.Lease.Token, Doing(j), j.Lease.Attempt));
            var lost = await cluster.Renew(sweep, worker, [.. renewals]).WaitAsync(most, clock);
            // Some jobs have ended since the coordinator was asked.
            foreach (var job in jobs.Where(j => lost.Contains(j.Lease.Token) && _held.Contains(j)))
            {
                Lost(worker, sweep, job.Lease.Group);
                job.Lose();
            }
        }
        catch (GridException e) when (!e.IsPassing)
        {
            // The coordinator no longer knows the sweep, or has another plan of it.
            NoRenewal(worker, sweep, e.FirstLine());
            foreach (var job in jobs) job.Lose();
        }
        catch (Exception e)
        {
            // The next renewal may succeed, and a result is accepted without a lease too.
            NoRenewal(worker, sweep, e.FirstLine());
        }
    }

    async Task KeepClaims(string sweep, IReadOnlyList<Job> jobs)
    {
        try
        {
            await Task.WhenAll(jobs.Where(j => !j.Cancelled.IsCancellationRequested).Select(leasing.Keep));
        }
        catch (Exception e)
        {
            // At worst a cell runs twice to the same result.
            NoClaim(worker, sweep, e.FirstLine());
        }
    }

    /// <summary>Acts on each sweep at every tick, unless the last time is still under way.</summary>
    async Task Repeat(TimeSpan every, Func<string, IReadOnlyList<Job>, Task> act, CancellationToken end)
    {
        var last = new Dictionary<string, Task>();
        while (!end.IsCancellationRequested)
        {
            try
            {
                var shortest = _held.Select(j => j.Lease.LeaseTime).DefaultIfEmpty(TimeSpan.MaxValue).Min();
                await Task.Delay(shortest / 4 < every ? shortest / 4 : every, clock, end);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            foreach (var (sweep, _) in last.Where(l => l.Value.IsCompleted).ToList()) last.Remove(sweep);
            foreach (var sweep in _held.GroupBy(j => j.Lease.Sweep).Where(s => !last.ContainsKey(s.Key)))
                last.Add(sweep.Key, act(sweep.Key, [.. sweep]));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot renew its leases on {sweep} just now: {reason}")]
    partial void NoRenewal(string worker, string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{worker} cannot renew its claims on cells of {sweep} just now: {reason}")]
    partial void NoClaim(string worker, string sweep, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{worker} drops group {group} of {sweep}, because its lease has ended")]
    partial void Lost(string worker, string sweep, int group);
}
