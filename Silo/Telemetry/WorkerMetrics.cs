using System.Diagnostics.Metrics;
using Grid.Sweeps.Results;

namespace Grid.Silo.Telemetry;

/// <summary>What the device workers of this silo count and time.</summary>
sealed class WorkerMetrics
{
    public const string Name = "Grid.Workers";

    const string Outcome = "outcome", Reason = "reason", Attack = "attack", Done = "done", Failed = "failed";

    // Cells range from one that reuses everything to one that trains a network for hours.
    static readonly InstrumentAdvice<double> Cell =
        Buckets(0.001, 0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200);

    static readonly InstrumentAdvice<double> Wait = Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300);

    readonly Counter<long> _started;
    readonly Counter<long> _completed;
    readonly Counter<long> _failed;
    readonly Counter<long> _timedOut;
    readonly Counter<long> _samples;
    readonly Histogram<double> _duration;
    readonly Histogram<double> _queue;
    readonly Histogram<double> _overhead;
    readonly Histogram<double> _commit;
    readonly Histogram<double> _lease;
    readonly Histogram<int> _attempts;

    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _started = meter.CreateCounter<long>("grid.cells.started", "{cell}", "Cells that went to a device.");
        _completed = meter.CreateCounter<long>("grid.cells.completed", "{cell}", "Cells whose result was accepted, by outcome.");
        _failed = meter.CreateCounter<long>("grid.cells.failed", "{cell}", "Cells that failed for good, by reason.");
        _timedOut = meter.CreateCounter<long>("grid.cells.timed_out", "{cell}", "Cells that took longer than their sweep allows.");
        _samples = meter.CreateCounter<long>("grid.samples.attacked", "{sample}",
            "Samples or trials evaluated under an attack of a strength above 0.");
        _duration = meter.CreateHistogram("grid.cell.duration", "s", "Compute time of a cell that is done, by attack.", advice: Cell);
        _queue =
            meter.CreateHistogram("grid.cell.queue.duration", "s", "Time from a cell's lease until its group begins to run.", advice: Wait);
        _overhead = meter.CreateHistogram("grid.cell.overhead", "s",
            "Time from a cell's lease until its result is accepted, less the compute time of its group so far.", advice: Wait);
        _commit =
            meter.CreateHistogram("grid.result.commit.duration", "s", "Time until a result is kept durably, tries included.", advice: Wait);
        _lease = meter.CreateHistogram("grid.lease.duration", "s",
            "Time a coordinator takes to answer a worker that asks for groups.", advice: Wait);
        _attempts = meter.CreateHistogram("grid.cell.attempts", "{attempt}", "Attempts that a settled cell took.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 3, 4, 5, 10] });

        // A rate needs a counter that is there before the first event.
        _started.Add(0);
        _timedOut.Add(0);
        _samples.Add(0);
        foreach (var outcome in new[] { Done, Failed }) _completed.Add(0, Label(Outcome, outcome));
        foreach (var reason in FailureKinds.All) _failed.Add(0, Label(Reason, reason));
    }

    public void Started(int cells, TimeSpan sinceLease)
    {
        _started.Add(cells);
        for (var i = 0; i < cells; i++) _queue.Record(sinceLease.TotalSeconds);
    }

    public void Leased(TimeSpan took) => _lease.Record(took.TotalSeconds);

    public void Committed(TimeSpan took) => _commit.Record(took.TotalSeconds);

    /// <param name="attack">Name of the attack in the catalogue.</param>
    /// <param name="overhead">Time beside computing, see the instrument.</param>
    public void Settled(CellResult result, string attack, double strength, TimeSpan overhead)
    {
        var done = result.Status == CellStatus.Done;
        _completed.Add(1, Label(Outcome, done ? Done : Failed));
        _attempts.Record(result.Attempts);
        _overhead.Record(Math.Max(0, overhead.TotalSeconds));
        if (done)
        {
            _duration.Record(result.Seconds, Label(Attack, attack));
            if (strength > 0) _samples.Add(result.Measurements.Values.Select(m => m.Count).DefaultIfEmpty().Max());
            return;
        }

        _failed.Add(1, Label(Reason, result.Failure.Word()));
        if (result.Failure == FailureKind.Timeout) _timedOut.Add(1);
    }

    static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    static InstrumentAdvice<double> Buckets(params double[] seconds) => new() { HistogramBucketBoundaries = seconds };
}
