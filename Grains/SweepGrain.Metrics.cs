using Grid.Contracts;
using Grid.Grains.Storage;

namespace Grid.Grains;

/// <summary>What the silo's metrics tell of this sweep while its coordinator is here.</summary>
sealed partial class SweepGrain
{
    /// <summary>Long enough for a scrape or two to see the end.</summary>
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

    // On any thread, so not from the grain's state, which asks whose thread it is; records are replaced whole, and the tracker has a lock.
    SweepFigures Figures()
    {
        var (book, record) = (_book, _told);
        if (book is null || record is null) return default;
        var open = record.Phase != SweepPhase.Cancelled
            && (record.Finished is not { } finished || clock.GetUtcNow() - finished < ShownAfterEnd);
        return new(record.Phase, open, book.Progress, book.UnfinishedGroups, _remaining);
    }

    /// <summary>At the present pace; null where nothing was finished lately.</summary>
    TimeSpan? Remaining =>
        Record.Phase == SweepPhase.Running && Book is { CellsPerSecond: > 0 and var pace, Progress: var progress }
            ? TimeSpan.FromSeconds((progress.Pending + progress.Leased) / pace)
            : null;
}
