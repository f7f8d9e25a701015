using Grid.Client.Cluster;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;

namespace Grid.Client.Commands;

/// <summary>Follows a sweep from outside until it has ended, whether or not the cluster answers all the time.</summary>
sealed class SweepWatch(ISweepGrain sweep, SweepStatus first, TimeProvider clock)
{
    /// <summary>How long to wait between two questions.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5);

    static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly List<CellFailure> _failures = [.. first.Failures.Reverse()];
    SweepStatus _last = first;
    long _answered = clock.GetTimestamp();
    bool _lost;

    /// <exception cref="GridException">The cluster no longer has the sweep.</exception>
    public async Task<SweepStatus> Run(CancellationToken ct)
    {
        while (!HasEnded(_last))
        {
            await Task.Delay(Every, clock, ct);
            try
            {
                Enter(await sweep.Status());
            }
            catch (ClusterException)
            {
                lock (_gate) _lost = true;
            }
        }

        return _last;
    }

    public ProgressSnapshot Snapshot()
    {
        lock (_gate)
        {
            var silent = _lost || clock.GetElapsedTime(_answered) > Silence;
            var elapsed = (_last.Finished ?? clock.GetUtcNow()) - _last.Submitted;
            return new(
                _last.Sweep, _last.Cells, _last.Done, _last.Failed, _last.Known, _last.Leased, [.. _last.Running.Select(StatusView.Doing)],
                elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero, silent ? null : _last.Remaining,
                [.. _failures.Select(f => $"{f.Cell}: {TextFit.FirstLine(f.Error)}")])
            {
                Curves = StatusView.Bars(_last),
                // Once the sweep has ended, the pace is that of the whole.
                Pace = silent ? 0 : _last.Phase == SweepPhase.Finished ? null : _last.CellsPerSecond,
                Note = silent ? "the cluster does not answer, trying again; below is its last state"
                    : _last.Phase is SweepPhase.Running or SweepPhase.Finished ? null
                    : $"{StatusView.Word(_last.Phase)}{(_last.Reason is { } reason ? $", {reason}" : "")}",
            };
        }
    }

    void Enter(SweepStatus status)
    {
        lock (_gate)
        {
            (_last, _answered, _lost) = (status, clock.GetTimestamp(), false);
            if (status.Failed == 0) _failures.Clear();
            foreach (var failure in status.Failures.Reverse().Where(f => !_failures.Contains(f))) _failures.Add(failure);
        }
    }

    static bool HasEnded(SweepStatus status) =>
        status.Phase == SweepPhase.Finished || (status.Phase is SweepPhase.Stopped or SweepPhase.Cancelled && status.Leased == 0);
}
