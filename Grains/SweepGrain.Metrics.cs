using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Grains.Telemetry;

namespace Grid.Grains;

/// <summary>The part of a coordinator that gives the silo's metrics the figures of its sweep.</summary>
sealed partial class SweepGrain
{
    /// <summary>How long an ended sweep is shown, so that a scrape or two see its end.</summary>
    static readonly TimeSpan ShownAfterEnd = TimeSpan.FromMinutes(2);

    Func<SweepFigures>? _shown;
    TimeSpan? _remaining;
    SweepRecord? _told;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _gone.Cancel();
        Hide();
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public void Dispose() => _gone.Dispose();

    void Show()
    {
        Hide();
        metrics.Show(this.GetPrimaryKeyString(), _shown = Figures);
    }

    void Hide()
    {
        if (_shown is { } shown) metrics.Hide(this.GetPrimaryKeyString(), shown);
        _shown = null;
    }

    // This runs on any thread, so it must not read the grain's state, which checks the thread. Records are replaced whole, and the tracker
    // has a lock.
    SweepFigures Figures()
    {
        var (book, record) = (_book, _told);
        if (book is null || record is null) return default;
        var open = record.Phase != SweepPhase.Cancelled
            && (record.Finished is not { } finished || clock.GetUtcNow() - finished < ShownAfterEnd);
        return new(record.Phase, open, book.Progress, book.UnfinishedGroups, _remaining);
    }

    /// <summary>Time until the end at the present pace; null if nothing was finished lately.</summary>
    TimeSpan? Remaining =>
        Record.Phase == SweepPhase.Running && Book is { CellsPerSecond: > 0 and var pace, Progress: var progress }
            ? TimeSpan.FromSeconds((progress.Pending + progress.Leased) / pace)
            : null;
}
