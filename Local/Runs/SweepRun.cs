using Grid.Compute.Cpu;
using Grid.Lab.Experiments;
using Grid.Presentation.Drawing;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tracking;

namespace Grid.Local.Runs;

/// <summary>
/// Runs what is left of a sweep on this machine: some workers, each a thread with its own device, take group after group and write every finished cell
/// to the journal.
/// </summary>
public sealed class SweepRun
{
    readonly Sweep _sweep;
    readonly Journal _journal;
    readonly SweepTracker _tracker;
    readonly TimeProvider _clock;
    readonly CellDeadline _deadline;
    readonly int _jobs;
    readonly int _threads;
    readonly long _started;
    readonly int _known;
    readonly string[] _doing;
    readonly List<string> _failures = [];
    readonly HashSet<string> _training = [];
    readonly Lock _gate = new();

    /// <param name="jobs">Groups run side by side; 0 takes as many as there are processors. The sweep's own limit holds besides.</param>
    /// <param name="retry">Whether cells that failed before are run again.</param>
    public SweepRun(Sweep sweep, Journal journal, int jobs, bool retry, TimeProvider clock)
    {
        (_sweep, _journal, _clock, _started) = (sweep, journal, clock, clock.GetTimestamp());
        _deadline = new(sweep.Spec.Limits.CellTimeout, clock);
        _tracker = new(sweep.Plan.Groups, sweep.Plan.Cells.Count, Timeout.InfiniteTimeSpan, clock);
        foreach (var cell in sweep.Plan.Cells)
        {
            switch (journal.Find(cell.Id)?.Status)
            {
                case CellStatus.Done: _tracker.Complete(cell.Index); break;
                case CellStatus.Failed when !retry: _tracker.Fail(cell.Index); break;
            }
        }

        var progress = _tracker.Progress;
        _known = progress.Done + progress.Failed;
        var open = sweep.Plan.Groups.Count(g => g.Cells.Any(c => _tracker[c] == CellStatus.Pending));
        _jobs = Math.Clamp(open, 1, Math.Min(jobs == 0 ? Environment.ProcessorCount : jobs, sweep.Spec.Limits.Concurrency ?? int.MaxValue));
        // Only where there are fewer groups than processors does a cell get several. Its numbers are the same either way.
        _threads = jobs == 0 ? Math.Max(1, Environment.ProcessorCount / _jobs) : 1;
        _doing = new string[_jobs];
        Array.Fill(_doing, "");
    }

    public Progress Progress => _tracker.Progress;

    /// <summary>
    /// Ends when every cell is settled, with <see cref="OperationCanceledException"/> on cancellation, or with the first error of a worker, such as
    /// <see cref="TooManyFailedException"/>.
    /// </summary>
    public async Task Run(CancellationToken ct)
    {
        if (_tracker.Progress.Pending > 0) StopIfTooManyFailed();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var workers = Enumerable.Range(0, _jobs).Select(worker => Task.Factory.StartNew(
            () => Work(worker, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        while (workers.Count > 0)
        {
            var ended = await Task.WhenAny(workers);
            workers.Remove(ended);
            // One worker that cannot go on, say because the disk is full, stops all; its error is the one to report.
            if (ended.IsFaulted) await stop.CancelAsync();
            if (ended.IsFaulted && workers.Count > 0) await Task.WhenAll(workers).ContinueWith(_ => { }, TaskScheduler.Default);
            await ended;
        }

        ct.ThrowIfCancellationRequested();
    }

    public ProgressSnapshot Snapshot()
    {
        var progress = _tracker.Progress;
        var elapsed = _clock.GetElapsedTime(_started);
        var settled = progress.Done + progress.Failed - _known;
        TimeSpan? remaining = settled == 0 ? null : elapsed * ((progress.Total - _known - settled) / (double)settled);
        lock (_gate)
        {
            return new(
                _sweep.Plan.Folder, progress.Total, progress.Done, progress.Failed, _known, progress.Leased, [.. _doing.Where(d => d.Length > 0)], elapsed,
                remaining, [.. _failures]);
        }
    }

    void Work(int worker, CancellationToken ct)
    {
        using var device = new CpuDevice(_threads);
        while (!ct.IsCancellationRequested)
        {
            Lease? lease;
            string? model;
            lock (_gate)
            {
                // Where another worker trains the model that a group needs, there may be better things to do than to wait for it.
                lease = _tracker.Next(g => _training.Contains(ModelOf(g) ?? "") ? 1 : 0);
                if (lease is null) break;
                model = ModelOf(lease.Group);
                if (model is not null && !_sweep.Models.Has(model)) _training.Add(model);
            }

            try
            {
                Run(lease, device, worker, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                lock (_gate) _training.Remove(model ?? "");
                _tracker.Release(lease.Group, lease.Token);
                _doing[worker] = "";
            }
        }
    }

    void Run(Lease lease, CpuDevice device, int worker, CancellationToken ct)
    {
        var cells = lease.Cells.Select(i => _sweep.Plan.Cells[i]).ToDictionary(c => c.Id);
        var attempt = 1 + lease.Cells.Max(i => _journal.Find(_sweep.Plan.Cells[i].Id)?.Attempts ?? 0);
        _deadline.Run(
            [.. cells.Keys],
            (ids, reported, token) => _sweep.Laboratory.Run(
                [.. ids.Select(id => (cells[id].Cell, id))], device, attempt, line => _doing[worker] = line, result =>
                {
                    Settle(result);
                    reported(result.Cell);
                }, token),
            (id, took) => Settle(_sweep.Laboratory.Failed(id, _deadline.Reason, took, device, attempt)), ct);

        void Settle(CellResult result)
        {
            _journal.Append(result);
            if (result.Status == CellStatus.Done)
            {
                _tracker.Complete(cells[result.Cell].Index);
                return;
            }

            _tracker.Fail(cells[result.Cell].Index, lease.Token);
            lock (_gate) _failures.Add($"{result.Cell}: {result.Error}");
            StopIfTooManyFailed();
        }
    }

    void StopIfTooManyFailed()
    {
        var failed = _tracker.Progress.Failed;
        if (failed > _sweep.Spec.Limits.Failures) throw new TooManyFailedException(failed, _sweep.Spec.Limits.Failures.Value);
    }

    string? ModelOf(int group)
    {
        var cell = _sweep.Plan.Cells[_sweep.Plan.Groups[group].Cells[0]].Cell;
        return TrainedModel.KeyOf(cell, _sweep.Laboratory.Data(cell.Dataset).Sha256);
    }
}
