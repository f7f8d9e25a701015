using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Silo.Configuration;
using Grid.Silo.Devices;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Silo.Workers;

/// <summary>Computes a worker's cells: a device and its thread in a silo, or random results and times in a simulation.</summary>
interface ICellRunner : IDisposable
{
    /// <summary>How many groups it can run as one; fails if the device cannot be used at all.</summary>
    Task<int> Replicas { get; }

    /// <summary>Completes with the reason once the device did not end what it was told to end. Only a new process helps.</summary>
    Task<string> Hung { get; }

    /// <summary>Computes the cells of a job that have no result, until all have one or the job is cancelled.</summary>
    Task Run(Job job, Action<CellResult> done);

    /// <summary>Computes what several jobs have in common, and leaves open what it cannot finish.</summary>
    Task RunTogether(IReadOnlyList<Job> jobs, Action<Job, CellResult> done);
}

/// <summary>Computes cells on the device's thread, within the time that a cell may take.</summary>
/// <param name="silence">A cell that reports no line and no result for this long counts as hanging: it is ended here and runs
/// elsewhere.</param>
/// <param name="provenance">Provenance of cells that took too long.</param>
sealed class DeviceCellRunner(
    IDeviceThread device, IExperiments experiments, HangDetector patience, TimeSpan silence, Provenance provenance, TimeProvider clock)
    : ICellRunner
{
    const string SilentTime = $"{GridOptions.Section}:{nameof(GridOptions.SilentTime)}";

    public Task<int> Replicas => device.Replicas;

    public Task<string> Hung => patience.Over;

    public Task Run(Job job, Action<CellResult> done) => device.Run(d => RunOn(d, job, done));

    public Task RunTogether(IReadOnlyList<Job> jobs, Action<Job, CellResult> done) => device.Run(d => RunOn(d, jobs, done));

    public void Dispose() => device.Dispose();

    void RunOn(Device device, Job job, Action<CellResult> done)
    {
        var cells = job.Unreported.ToDictionary(c => c.Id);
        var deadline = new CellDeadline(job.Lease.Limits.CellTimeout, clock);
        UnlessSilent((heard, unwanted) => deadline.Run(
            [.. cells.Keys],
            (ids, reported, ct) => patience.With(
                () => experiments.Run(
                    [.. ids.Select(id => (job.CellOf(cells[id]), id))],
                    device,
                    job.Attempts + 1,
                    line =>
                    {
                        job.Doing = line;
                        job.Heard = heard();
                    },
                    result =>
                    {
                        done(result);
                        job.Heard = heard();
                        reported(result.Cell);
                    },
                    ct),
                ct),
            (id, took) => done(CellResult.Failed(
                id, FailureKind.Timeout, deadline.Reason, took.TotalSeconds, job.Attempts + 1, provenance)),
            unwanted), job.Cancelled);
    }

    /// <summary>Runs something, and ends it if it is silent for too long.</summary>
    /// <param name="run">Gets a function to call at each sign of life, and the token that ends it.</param>
    /// <exception cref="TimeoutException">It was silent for too long.</exception>
    void UnlessSilent(Action<Func<long>, CancellationToken> run, CancellationToken cancelled)
    {
        using var silent = new CancellationTokenSource(silence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, silent.Token);
        try
        {
            run(Heard, either.Token);
        }
        catch (OperationCanceledException) when (silent.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            throw new TimeoutException($"no word and no result of it for {Duration.Text(silence)} ({SilentTime}): it hangs");
        }

        long Heard()
        {
            silent.CancelAfter(silence);
            return clock.GetTimestamp();
        }
    }

    void RunOn(Device device, IReadOnlyList<Job> jobs, Action<Job, CellResult> done)
    {
        using var end = new CancellationTokenSource();
        // It runs only while somebody wants its result, so a lost one costs nothing more.
        var wanted = jobs.Count;
        var registrations = jobs.Select(j => j.Cancelled.Register(() =>
        {
            if (Interlocked.Decrement(ref wanted) == 0) end.Cancel();
        })).ToList();
        try
        {
            UnlessSilent((heard, unwanted) => new CellDeadline(jobs[0].Lease.Limits.CellTimeout, clock).RunTogether(
                ct => patience.With(
                    () => experiments.RunTogether([.. jobs.Select(j => Group(j, heard))], device, line => Say(line, heard()), ct), ct),
                unwanted), end.Token);
        }
        finally
        {
            foreach (var registration in registrations) registration.Dispose();
        }

        GroupRun Group(Job job, Func<long> heard) =>
            new([.. job.Unreported.Select(c => (job.CellOf(c), c.Id))], job.Attempts + 1, result =>
            {
                done(job, result);
                Say(job.Doing, heard());
            });

        void Say(string line, long now)
        {
            foreach (var job in jobs) (job.Doing, job.Heard) = (line, now);
        }
    }
}
