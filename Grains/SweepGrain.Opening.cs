using Grid.Contracts;
using Grid.Grains.Curves;
using Grid.Grains.Storage;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tracking;

namespace Grid.Grains;

/// <summary>
/// The part of a coordinator that plans the sweep and reads its results when it is activated. It does so outside its turns, so that it
/// answers meanwhile, and enters what was read on a turn. Workers keep their groups: their renewals are remembered until then.
/// </summary>
sealed partial class SweepGrain
{
    readonly CancellationTokenSource _gone = new();
    readonly Dictionary<int, (string Worker, Renewal Renewal)> _early = [];
    Task<(PlannedSweep Planned, SweepBook? Book)>? _opening;
    int _read;
    string? _refusal;

    /// <summary>The error while plan or results are not known yet; callers may ask again.</summary>
    GridException NotYet => new(
        Record.Phase == SweepPhase.Planning && _read == 0
            ? $"The sweep {Record.Id} is still being planned."
            : FormattableString.Invariant($"The results of {Record.Id} are still being read, {_read:N0} so far."),
        isPassing: true);

    /// <summary>Has the sweep opened, and waits for it a while.</summary>
    async Task Opened(TimeSpan wait)
    {
        if (_book is not null || state.State.Record is null) return;
        var opening = _opening ??= Read(Record);
        if (wait > TimeSpan.Zero && !opening.IsCompleted) await Task.WhenAny(opening, Task.Delay(wait, clock, CancellationToken.None));
        if (!opening.IsCompleted) return;
        _opening = null;
        try
        {
            await Enter(await opening);
        }
        catch (GridException e) when (!e.IsPassing && Record.Phase is SweepPhase.Planning or SweepPhase.Stopped)
        {
            _refusal = e.Message;
            if (Record.Phase == SweepPhase.Planning) await Write(Record with { Phase = SweepPhase.Stopped, Reason = e.Message });
            NotPlanned(Record.Id, e.Message);
        }
    }

    async Task<(PlannedSweep Planned, SweepBook? Book)> Read(SweepRecord record)
    {
        var ct = _gone.Token;
        try
        {
            _read = 0;
            var planned = await planner.Plan(record.File, record.Text);
            if (planned.Plan.Hash8 != record.PlanHash) return (planned, null);
            // Both take a second or more for a million cells, so they do not run on the grain's thread.
            await background.StartNew(() => store.Enlist(record.Id, [.. planned.Plan.Cells.Select(c => c.Id)]), ct).Unwrap();
            var book = await background.StartNew(
                () => new SweepBook(planned.Plan, planned.Models, times.Lease, planned.Terms, clock, record.Faults, planned.Light), ct);
            await foreach (var (index, result, finished) in store.Results(record.Id, ct))
            {
                _read++;
                if (result.Status == CellStatus.Done || finished > record.FailedAfter)
                    book.Recall(index, result, known: finished < record.Submitted);
            }

            return (planned, book);
        }
        catch (Exception e) when (e is not (GridException or OperationCanceledException))
        {
            // The runtime would send the error's text to the caller, see RowStorage.
            NotOpened(this.GetPrimaryKeyString(), e);
            throw new GridException(
                $"The sweep {this.GetPrimaryKeyString()} cannot be opened just now; the silo's log has the reason ({e.GetType().Name}).",
                isPassing: true);
        }
    }

    async Task Enter((PlannedSweep Planned, SweepBook? Book) opened)
    {
        if (opened.Book is not { } book)
        {
            // Workers would else ask it for groups for ever.
            if (Record.Phase is SweepPhase.Running or SweepPhase.Planning)
                await Write(Record with { Phase = SweepPhase.Stopped, Reason = AnotherScience });
            return;
        }

        foreach (var (worker, renewal) in _early.Values)
            if (book.Renew(worker, renewal.Group, renewal.Token, renewal.Attempt)) _doing[renewal.Group] = renewal.Doing;
        _early.Clear();
        _refusal = null;
        (_limits, _told, _book, _faults) = (_newLimits ?? opened.Planned.Limits, Record, book, book.Tracker.Faults);
        _science = opened.Planned.Science;
        _curves = new(results => CurveCache.Draw(opened.Planned.Plan, opened.Planned.Terms, results), background);
        Show();
        if (_isNew)
        {
            _isNew = false;
            Submitted(Record.Id, book.Plan.Cells.Count, book.Plan.Groups.Count, book.Known);
            metrics.Submitted(book.Plan.Cells.Count);
            metrics.Cached(book.Known);
        }

        await Settle();
    }
}
