using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Tracking;
using Microsoft.Extensions.Logging;

namespace Grid.Grains;

/// <inheritdoc cref="ISweepGrain"/>
/// <remarks>A thin shell around <see cref="SweepBook"/>: what outlives it are the row of the sweep and the rows of its cells.</remarks>
[GrainType("sweep")]
sealed partial class SweepGrain(
    [PersistentState("sweep", RowStorage.Name)] IPersistentState<SweepState> state, IPlanner planner, IGridStore store, GrainTimes times, TimeProvider clock,
    SweepMetrics metrics, ILogger<SweepGrain> log) : Grain, ISweepGrain
{
    static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(5);

    readonly Dictionary<int, string> _doing = [];
    readonly Dictionary<int, DateTimeOffset> _retried = [];
    SweepBook? _book;
    Limits _limits = Limits.Default;
    CurveCache? _curves;
    // As they were last written.
    IReadOnlyDictionary<int, int>? _faults;
    long _noted;
    string? _trace;

    SweepRecord Record => state.State.Record ?? throw new GridException($"There is no sweep {this.GetPrimaryKeyString()}; gridctl list shows those there are.");

    SweepBook Book => _book ?? throw new GridException(state.State.Record is null
        ? $"There is no sweep {this.GetPrimaryKeyString()}; gridctl list shows those there are."
        : $"The sweep {this.GetPrimaryKeyString()} {(_isOtherScience ? AnotherScience : "is being opened")}.",
        isPassing: state.State.Record is not null && !_isOtherScience);

    string AnotherScience => $"was planned by another version of the science ({Record.Version}), or its files are others now; submit it again";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (state.State.Record is { } record)
            {
                await Open(await planner.Plan(record.File, record.Text), cancellationToken);
                // Or workers would ask it for groups for ever.
                if (_book is null && record.Phase == SweepPhase.Running) await Write(record with { Phase = SweepPhase.Stopped, Reason = AnotherScience });
            }
        }
        catch (Exception e) when (e is not (GridException or OperationCanceledException))
        {
            // Its text would go out with the runtime's answer to the caller, see RowStorage.
            NotOpened(this.GetPrimaryKeyString(), e);
            throw CannotBeOpened(e);
        }

        this.RegisterGrainTimer(Note, new() { DueTime = NoteEvery, Period = NoteEvery });
    }

    public async Task<Submission> Start(string file, string text)
    {
        using var activity = Traces.Source.StartActivity("submit")?.SetTag("grid.sweep", this.GetPrimaryKeyString());
        _trace = activity?.Id ?? _trace;
        if (state.State.Record is null)
        {
            var planned = await planner.Plan(file, text);
            var plan = planned.Plan;
            if (plan.Folder != this.GetPrimaryKeyString()) throw new ArgumentException($"The plan is {plan.Folder}.");
            await Task.Run(() => store.Enlist(plan.Folder, [.. plan.Cells.Select(c => c.Id)]));
            var now = clock.GetUtcNow();
            await Write(new(
                plan.Folder, plan.Name, file, text, plan.Hash8, plan.Version, planned.Limits.Priority, SweepPhase.Running, null, plan.Cells.Count, 0, 0, now, null,
                DateTimeOffset.MinValue, new Dictionary<int, int>()));
            await OpenOrLeave(planned);
            Submitted(plan.Folder, plan.Cells.Count, plan.Groups.Count, Book.Known);
            metrics.Submitted(plan.Cells.Count);
            metrics.Cached(Book.Known);
            await Settle();
            return new(plan.Folder, true, plan.Cells.Count, Book.Known);
        }

        // What the file now says of limits holds from now on; it has the same cells, or it would be another sweep.
        if (text != Record.Text || _book is null)
        {
            var planned = await planner.Plan(file, text);
            await Write(Record with { File = file, Text = text, Priority = planned.Limits.Priority });
            if (_book is null) await OpenOrLeave(planned);
            else _limits = planned.Limits;
        }

        // A sweep that was stopped goes on when it is submitted again, as grid run does with a folder.
        if (Record.Phase is SweepPhase.Stopped or SweepPhase.Cancelled) await Turn(SweepPhase.Running);
        return new(Record.Id, false, Record.Cells, Book.Progress.Done + Book.Progress.Failed);
    }

    public async Task<SweepPhase> Turn(SweepPhase wanted)
    {
        var phase = Record.Phase;
        if (phase == wanted || phase == SweepPhase.Finished || wanted == SweepPhase.Finished) return phase;
        // Without its plan it can be ended, and not go on.
        if (wanted == SweepPhase.Running) _ = Book;
        await Write(Record with { Phase = wanted, Reason = null });
        Turned(Record.Id, wanted);
        if (_book is null) return wanted;
        if (wanted == SweepPhase.Cancelled)
        {
            metrics.Cancelled(Book.Progress.Pending + Book.Progress.Leased);
            Book.EndLeases();
        }

        await Settle();
        return Record.Phase;
    }

    public async Task<int> Retry(Retry retry)
    {
        int? only = null;
        if (retry.Cell is { } id)
        {
            only = Book.Plan.Cells.Where(c => c.Id.Value == id).Select(c => (int?)c.Index).FirstOrDefault()
                ?? throw new GridException($"The sweep {Record.Id} has no cell {id}; gridctl cells lists them.");
        }

        // A moment is enough, from which on failures count anew: no cell has to be told.
        if (only is { } one) _retried[one] = clock.GetUtcNow();
        else if (retry.Failed) await Write(Record with { FailedAfter = clock.GetUtcNow() });
        if (retry.Failed || only is not null) metrics.Retried(Book.Retry(only), SweepMetrics.Asked);
        if (Book.Progress.IsFinished) return 0;
        await Write(Record with { Phase = SweepPhase.Running, Reason = null, Finished = null });
        return Book.Progress.Pending + Book.Progress.Leased;
    }

    public async Task<ImmutableArray<GroupLease>> Lease(LeaseRequest request)
    {
        var leases = new List<Lease>();
        var atHand = request.Models.ToHashSet();
        while (Record.Phase == SweepPhase.Running && leases.Count < request.Most && Book.Workers.Count < (_limits.Concurrency ?? int.MaxValue)
            && Book.Next(request.Worker, atHand) is { } lease) leases.Add(lease);
        try
        {
            // What kills its workers may kill its coordinator next.
            if (!ReferenceEquals(Book.Tracker.Faults, _faults)) await Write(Record);
        }
        catch
        {
            // Nobody gets them: they are open at once for who asks next, and were no attempt.
            foreach (var lease in leases) Book.Release(lease.Group, lease.Token, default, fault: false);
            throw;
        }

        return [.. leases.Select(Lent)];
    }

    public Task<ImmutableArray<long>> Renew(string worker, ImmutableArray<Renewal> renewals)
    {
        var lost = ImmutableArray.CreateBuilder<long>();
        foreach (var renewal in renewals)
        {
            if (Record.Phase != SweepPhase.Cancelled && Book.Renew(worker, renewal.Group, renewal.Token)) _doing[renewal.Group] = renewal.Doing;
            else lost.Add(renewal.Token);
        }

        return Task.FromResult(lost.ToImmutable());
    }

    public async Task Report(GroupReport report)
    {
        foreach (var cell in report.Results)
        {
            if (cell.Index < 0 || cell.Index >= Book.Plan.Cells.Count || Book.Plan.Cells[cell.Index].Id != cell.Result.Cell)
                throw new ArgumentException($"{cell.Result.Cell} is not cell {cell.Index} of {Record.Id}.");
            Book.Report(cell.Index, cell.Result, report.Token);
        }

        if (report.Ended)
        {
            Book.Release(report.Group, report.Token, report.Wait, report.Fault);
            _doing.Remove(report.Group);
        }

        await Settle();
    }

    GroupLease Lent(Lease lease)
    {
        var cells = lease.Cells.Select(i => Book.Plan.Cells[i]).ToList();
        if (lease.Attempt > 1) metrics.Retried(cells.Count, SweepMetrics.Fault);
        var giveUp = lease.Attempt > _limits.Attempts ? $"Given up after {_limits.Attempts} attempts: its workers were lost or met errors; their silos' logs tell more." : null;
        return new(
            Record.Id, lease.Group, lease.Token, cells[0].Cell, [.. cells.Select(c => new LeasedCell(c.Index, c.Cell.Strength, c.Id, _retried.GetValueOrDefault(c.Index, Record.FailedAfter)))],
            lease.Attempt, times.Lease, giveUp, Book.Model(lease.Group), _limits, _trace);
    }

    /// <summary>A coordinator that cannot read its results is of no use: the next call makes another one, which reads them again.</summary>
    async Task OpenOrLeave(PlannedSweep planned)
    {
        try
        {
            await Open(planned, CancellationToken.None);
        }
        catch (Exception e) when (e is not GridException)
        {
            DeactivateOnIdle();
            NotOpened(this.GetPrimaryKeyString(), e);
            throw CannotBeOpened(e);
        }
    }

    GridException CannotBeOpened(Exception e) =>
        new($"The sweep {this.GetPrimaryKeyString()} cannot be opened just now; the silo's log has the reason ({e.GetType().Name}).", isPassing: true);

    async Task Open(PlannedSweep planned, CancellationToken ct)
    {
        var record = Record;
        _limits = planned.Limits;
        _told = record;
        _isOtherScience = planned.Plan.Hash8 != record.PlanHash;
        if (_isOtherScience) return;
        // A second for a million cells: not on the grain's turn.
        var book = await Task.Run(() => new SweepBook(planned.Plan, planned.Models, times.Lease, planned.Terms, clock, record.Faults), ct);
        await foreach (var (index, result, finished) in store.Results(record.Id, ct))
            if (result.Status == CellStatus.Done || finished > record.FailedAfter) book.Recall(index, result, known: finished < record.Submitted);
        _curves = new(results => CurveCache.Draw(planned.Plan, planned.Terms, results));
        (_book, _faults) = (book, book.Tracker.Faults);
        Show();
    }

    // What follows from the counts: the end of the sweep, or its stop for too many failures.
    async Task Settle()
    {
        var progress = Book.Progress;
        if (progress.IsFinished && Record.Phase != SweepPhase.Finished)
        {
            await Write(Record with { Phase = SweepPhase.Finished, Finished = clock.GetUtcNow() });
            Ended(Record.Id, progress.Done, progress.Failed);
        }
        else if (Record.Phase == SweepPhase.Running && progress.Failed > (_limits.Failures ?? int.MaxValue))
        {
            await Write(Record with { Phase = SweepPhase.Stopped, Reason = $"{progress.Failed} cells failed, and its limits allow {_limits.Failures}" });
            Stopped(Record.Id, progress.Failed);
        }
    }

    // For lists, which ask the table and not every coordinator.
    async Task Note(CancellationToken ct)
    {
        if (_book is null) return;
        _remaining = Remaining;
        // What a write that failed, or an activation that was lost in the middle, left undone.
        await Settle();
        if (_book.Version == _noted) return;
        var version = _book.Version;
        await Write(Record);
        _noted = version;
    }

    async Task Write(SweepRecord record)
    {
        var (before, faults) = (state.State, _book?.Tracker.Faults);
        state.State = new()
        {
            Record = _book is { Progress: var progress } ? record with { Done = progress.Done, Failed = progress.Failed, Faults = faults! } : record,
        };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // Not written is not so.
            state.State = before;
            throw;
        }

        (_told, _faults) = (state.State.Record, faults);
    }
}
