using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Presentation.Views;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tracking;

namespace Grid.Local.Runs;

/// <summary>
/// Runs what is left of a sweep on this machine: some workers, each a thread with its own device, take group after group and write every
/// finished cell to the journal. On a device that gains from replicas, groups that may be computed together are run as one.
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
    readonly Func<int, Device> _open;
    readonly Func<int, Device>? _beside;
    readonly long _started;
    readonly int _known;
    readonly string[] _doing;
    readonly List<string> _failures = [];
    readonly HashSet<string> _training = [];
    readonly Dictionary<int, string?> _alike = [];
    readonly Dictionary<int, bool> _light = [];
    readonly Lock _gate = new();

    /// <param name="jobs">Number of groups that run side by side; 0 takes one for each processor. The sweep's own limit holds as
    /// well.</param>
    /// <param name="device">Makes a worker's device; the number is that of threads for the managed device.</param>
    /// <param name="retry">Whether cells that failed before run again.</param>
    /// <param name="beside">Makes a device for cells that are too light for the first worker's device (<see cref="LightCells"/>); all other
    /// workers then run those cells only. Null lets every worker run everything.</param>
    public SweepRun(
        Sweep sweep, Journal journal, int jobs, Func<int, Device> device, bool retry, TimeProvider clock, Func<int, Device>? beside = null)
    {
        (_sweep, _journal, _open, _beside, _clock, _started) = (sweep, journal, device, beside, clock, clock.GetTimestamp());
        _deadline = new(sweep.Spec.Limits.CellTimeout, clock);
        _tracker = new(sweep.Plan.Groups, sweep.Plan.Cells.Count, Timeout.InfiniteTimeSpan, clock,
            ask: (group, isSettled) =>
                sweep.Plan.AskTogether(group, cell => isSettled(cell) ? journal.Find(sweep.Plan.Cells[cell].Id) : null));
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
    /// Ends when every cell is settled, with <see cref="OperationCanceledException"/> on cancellation, or with the first error of a worker,
    /// such as <see cref="TooManyFailedException"/>.
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
                _sweep.Plan.Folder, progress.Total, progress.Done, progress.Failed, _known, progress.Leased,
                [.. _doing.Where(d => d.Length > 0)], elapsed,
                remaining, [.. _failures]);
        }
    }

    void Work(int worker, CancellationToken ct)
    {
        using var heavy = worker == 0 || _beside is null ? _open(_threads) : null;
        using var light = _beside?.Invoke(_threads);
        while (!ct.IsCancellationRequested)
        {
            var leases = Next(heavy?.Replicas ?? 1, lightOnly: heavy is null);
            if (leases.Count == 0) break;
            var device = light is not null && IsLight(leases[0].Group) ? light : heavy!;
            try
            {
                if (leases.Count > 1) RunTogether(leases, device, worker, ct);
                foreach (var lease in leases) Run(lease, device, worker, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                foreach (var lease in leases)
                {
                    lock (_gate) _training.Remove(ModelOf(lease.Group) ?? "");
                    _tracker.Release(lease.Group, lease.Token);
                }

                _doing[worker] = "";
            }
        }
    }

    /// <summary>Takes a lease, and up to so many on groups like it; none where there is nothing left to do.</summary>
    List<Lease> Next(int most, bool lightOnly)
    {
        var leases = new List<Lease>();
        lock (_gate)
        {
            while (leases.Count < most && !(leases.Count > 0 && IsLight(leases[0].Group)))
            {
                var alike = leases.Count == 0 ? null : AlikeKey(leases[0].Group);
                if (leases.Count > 0 && alike is null) break;
                // Where another worker trains the model that a group needs, there may be better things to do than to wait for it.
                var lease =
                    _tracker.Next(
                        g => leases.Count > 0 && AlikeKey(g) != alike
                            ? 4
                            : (IsLight(g) == lightOnly ? 0 : 2) + (_training.Contains(ModelOf(g) ?? "") ? 1 : 0));
                if (lease is null) break;
                if ((leases.Count > 0 && AlikeKey(lease.Group) != alike) || (lightOnly && !IsLight(lease.Group)))
                {
                    _tracker.Release(lease.Group, lease.Token);
                    break;
                }

                leases.Add(lease);
                if (ModelOf(lease.Group) is { } model && !_sweep.Models.Has(model)) _training.Add(model);
            }
        }

        return leases;
    }

    void RunTogether(List<Lease> leases, Device device, int worker, CancellationToken ct) => _deadline.RunTogether(
        token => _sweep.Laboratory.RunTogether(
            [.. leases.Select(
                lease => new GroupRun([.. Open(lease).Select(c => (c.Cell, c.Id))], Attempt(lease), result => Settle(lease, result)))],
            device, line => _doing[worker] = line, token),
        ct);

    void Run(Lease lease, Device device, int worker, CancellationToken ct)
    {
        var cells = Open(lease).ToDictionary(c => c.Id);
        if (cells.Count == 0) return;
        var attempt = Attempt(lease);
        _deadline.Run(
            [.. cells.Keys],
            (ids, reported, token) => _sweep.Laboratory.Run(
                [.. ids.Select(id => (cells[id].Cell, id))], device, attempt, line => _doing[worker] = line, result =>
                {
                    Settle(lease, result);
                    reported(result.Cell);
                }, token),
            (id, took) => Settle(lease, _sweep.Laboratory.Failed(id, FailureKind.Timeout, _deadline.Reason, took, device, attempt)),
            ct);
    }

    IEnumerable<PlannedCell> Open(Lease lease) =>
        lease.Cells.Where(i => _tracker[i] is not (CellStatus.Done or CellStatus.Failed)).Select(i => _sweep.Plan.Cells[i]);

    int Attempt(Lease lease) => 1 + Open(lease).Max(c => _journal.Find(c.Id)?.Attempts ?? 0);

    void Settle(Lease lease, CellResult result)
    {
        _journal.Append(result);
        var cell = lease.Cells.Single(i => _sweep.Plan.Cells[i].Id == result.Cell);
        if (result.Status == CellStatus.Done)
        {
            _tracker.Complete(cell);
            return;
        }

        _tracker.Fail(cell, lease.Token);
        lock (_gate) _failures.Add($"{result.Cell}: {result.Error}");
        StopIfTooManyFailed();
    }

    void StopIfTooManyFailed()
    {
        var failed = _tracker.Progress.Failed;
        if (failed > _sweep.Spec.Limits.Failures) throw new TooManyFailedException(failed, _sweep.Spec.Limits.Failures.Value);
    }

    /// <summary>Whether a group is too light for the first worker's device; never true where all devices are alike.</summary>
    bool IsLight(int group)
    {
        if (_beside is null) return false;
        lock (_gate)
        {
            if (_light.TryGetValue(group, out var light)) return light;
            var cell = _sweep.Plan.Cells[_sweep.Plan.Groups[group].Cells[0]].Cell;
            return _light[group] = LightCells.Include(cell, _sweep.Laboratory.Data(cell.Dataset));
        }
    }

    /// <summary>Whether all groups are too light for a card.</summary>
    public static bool IsLight(Sweep sweep) =>
        sweep.Plan.Groups.Select(group => sweep.Plan.Cells[group.Cells[0]].Cell)
            .DistinctBy(cell => (cell.Dataset, cell.Model, cell.Training))
            .All(cell => LightCells.Include(cell, sweep.Laboratory.Data(cell.Dataset)));

    string? AlikeKey(int group)
    {
        if (!_alike.TryGetValue(group, out var key))
            _alike.Add(group, key = BatchKey.KeyOf(_sweep.Plan.Cells[_sweep.Plan.Groups[group].Cells[0]].Cell));
        return key;
    }

    string? ModelOf(int group)
    {
        var cell = _sweep.Plan.Cells[_sweep.Plan.Groups[group].Cells[0]].Cell;
        return TrainedModel.KeyOf(cell, _sweep.Laboratory.Data(cell.Dataset).Sha256);
    }
}
