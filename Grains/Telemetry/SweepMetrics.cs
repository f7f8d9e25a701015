using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Grid.Contracts;
using Grid.Sweeps.Tracking;

namespace Grid.Grains.Telemetry;

/// <summary>
/// The metrics of coordinators. A silo reports only sweeps whose coordinator it has, so that sums over silos count each sweep once.
/// </summary>
public sealed class SweepMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Grid.Sweeps";

    /// <summary>Cells to run again, because a person asked for it or because their worker was lost or met an error.</summary>
    public const string Asked = "asked", Fault = "fault";

    const string State = "state", Reason = "reason", SweepLabel = "sweep";

    readonly ConcurrentDictionary<string, Func<SweepFigures>> _sweeps = new(StringComparer.Ordinal);
    readonly Counter<long> _submitted;
    readonly Counter<long> _cached;
    readonly Counter<long> _cancelled;
    readonly Counter<long> _retried;

    public SweepMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _submitted = meter.CreateCounter<long>("grid.cells.submitted", "{cell}", "Cells of new sweeps.");
        _cached = meter.CreateCounter<long>("grid.cells.cached", "{cell}", "Cells that had a result already, from this sweep or another.");
        _cancelled = meter.CreateCounter<long>("grid.cells.cancelled", "{cell}", "Open cells of sweeps at the moment they were cancelled.");
        _retried = meter.CreateCounter<long>("grid.cells.retried", "{cell}", "Cells given out again, by reason.");
        meter.CreateObservableUpDownCounter("grid.cells.pending", () => Running().Sum(s => (long)s.Progress.Pending), "{cell}",
            "Cells of running sweeps that no worker holds.");
        meter.CreateObservableUpDownCounter("grid.cells.running", () => Figures().Sum(s => (long)s.Value.Progress.Leased), "{cell}",
            "Cells that workers hold, on a device or about to be.");
        meter.CreateObservableUpDownCounter(
            "grid.groups.unfinished", () => Running().Sum(s => (long)s.UnfinishedGroups), "{group}",
            "Groups of running sweeps that are not finished, waiting or with a worker.");
        meter.CreateObservableUpDownCounter("grid.sweep.cells", () => Figures().SelectMany(Cells), "{cell}",
            "Cells of each sweep that is open, by state.");
        meter.CreateObservableGauge("grid.sweep.eta", Remaining, "s",
            "Time a running sweep needs at its present pace; none where nothing has been finished lately.");
        _submitted.Add(0);
        _cached.Add(0);
        _cancelled.Add(0);
        foreach (var reason in new[] { Asked, Fault }) Retried(0, reason);
    }

    public void Submitted(int cells) => _submitted.Add(cells);

    public void Cached(int cells) => _cached.Add(cells);

    public void Cancelled(int cells) => _cancelled.Add(cells);

    /// <param name="reason"><see cref="Asked"/> or <see cref="Fault"/>.</param>
    public void Retried(int cells, string reason) => _retried.Add(cells, KeyValuePair.Create<string, object?>(Reason, reason));

    /// <summary>Reports a sweep from now on.</summary>
    /// <param name="figures">Gives the figures of the sweep; it is called on any thread.</param>
    public void Show(string sweep, Func<SweepFigures> figures) => _sweeps[sweep] = figures;

    /// <summary>Ends what <see cref="Show"/> began with the same arguments.</summary>
    public void Hide(string sweep, Func<SweepFigures> figures) => _sweeps.TryRemove(KeyValuePair.Create(sweep, figures));

    IEnumerable<KeyValuePair<string, SweepFigures>> Figures() =>
        _sweeps.Select(s => KeyValuePair.Create(s.Key, s.Value())).Where(s => s.Value.IsOpen);

    IEnumerable<SweepFigures> Running() => Figures().Select(s => s.Value).Where(s => s.Phase == SweepPhase.Running);

    static IEnumerable<Measurement<long>> Cells(KeyValuePair<string, SweepFigures> sweep)
    {
        var progress = sweep.Value.Progress;
        var states =
            new[] { ("pending", progress.Pending), ("running", progress.Leased), ("done", progress.Done), ("failed", progress.Failed) };
        return states.Select(s => new Measurement<long>(s.Item2, new(SweepLabel, sweep.Key), new(State, s.Item1)));
    }

    IEnumerable<Measurement<double>> Remaining() =>
        from sweep in Figures()
        let left = sweep.Value.Progress.IsFinished ? TimeSpan.Zero : sweep.Value.Remaining
        where left is not null
        select new Measurement<double>(left.Value.TotalSeconds, new KeyValuePair<string, object?>(SweepLabel, sweep.Key));
}

/// <param name="IsOpen">False for a sweep that ended a while ago, for old sweeps that somebody looks at would add ever more series.</param>
/// <param name="UnfinishedGroups">Number of groups that are pending or leased.</param>
/// <param name="Remaining">Time until the end; null if unknown.</param>
public readonly record struct SweepFigures(SweepPhase Phase, bool IsOpen, Progress Progress, int UnfinishedGroups, TimeSpan? Remaining);
