using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>What computes a worker's cells: a device and its thread in a silo, or a draw of results and times in a simulation.</summary>
interface ICellRunner : IDisposable
{
    /// <summary>How many groups it can run as one; fails where it cannot be used at all.</summary>
    Task<int> Replicas { get; }

    /// <summary>Ends, with the reason, once it goes on with what it was told to end. Nothing but a new process helps.</summary>
    Task<string> Hung { get; }

    /// <summary>Computes the cells of a job that have no result, until they have or the job is cancelled.</summary>
    Task Run(Job job, Action<CellResult> done);

    /// <summary>Computes what several jobs have in common, and leaves open what it cannot finish.</summary>
    Task RunTogether(IReadOnlyList<Job> jobs, Action<Job, CellResult> done);
}

/// <summary>The real thing: on the device's thread, within the time that a cell may take.</summary>
/// <param name="provenance">For cells that took too long.</param>
sealed class DeviceCellRunner(IDeviceThread device, IExperiments experiments, HangDetector patience, Provenance provenance, TimeProvider clock)
    : ICellRunner
{
    public Task<int> Replicas => device.Replicas;

    public Task<string> Hung => patience.Over;

    public Task Run(Job job, Action<CellResult> done) => device.Run(d => RunOn(d, job, done));

    public Task RunTogether(IReadOnlyList<Job> jobs, Action<Job, CellResult> done) => device.Run(d => RunOn(d, jobs, done));

    public void Dispose() => device.Dispose();

    void RunOn(Device device, Job job, Action<CellResult> done)
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
                        done(result);
                        reported(result.Cell);
                    },
                    ct),
                ct),
            (id, took) => done(CellResult.Failed(
                id, FailureKind.Timeout, deadline.Reason, took.TotalSeconds, job.Attempts + 1, provenance)),
            job.Cancelled);
    }

    void RunOn(Device device, IReadOnlyList<Job> jobs, Action<Job, CellResult> done)
    {
        using var end = new CancellationTokenSource();
        // As long as anybody wants its result: one that is lost costs nothing more.
        var wanted = jobs.Count;
        var registrations = jobs.Select(j => j.Cancelled.Register(() =>
        {
            if (Interlocked.Decrement(ref wanted) == 0) end.Cancel();
        })).ToList();
        try
        {
            new CellDeadline(jobs[0].Lease.Limits.CellTimeout, clock).RunTogether(
                ct => patience.With(() => experiments.RunTogether([.. jobs.Select(Group)], device, Say, ct), ct),
                end.Token);
        }
        finally
        {
            foreach (var registration in registrations) registration.Dispose();
        }

        GroupRun Group(Job job) =>
            new([.. job.Unreported.Select(c => (job.CellOf(c), c.Id))], job.Attempts + 1, result => done(job, result));

        void Say(string line)
        {
            foreach (var job in jobs) job.Doing = line;
        }
    }
}
