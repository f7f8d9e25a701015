using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains.Curves;
using Grid.Grains.Notices;
using Grid.Grains.Storage;
using Grid.Grains.Telemetry;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Tracking;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Grid.Grains;

/// <inheritdoc cref="ISweepGrain"/>
/// <param name="background">Runs work that would take too long for a turn of the grain.</param>
/// <remarks>A thin shell around <see cref="SweepBook"/>. The row of the sweep and the rows of its cells outlive it.</remarks>
[GrainType("sweep")]
sealed partial class SweepGrain(
    IGrainContext context, [PersistentState("sweep", RowStorage.Name)] IPersistentState<SweepState> state, IPlanner planner,
    IGridStore store, GrainTimes times, TimeProvider clock, TaskFactory background, SweepMetrics metrics, ILogger<SweepGrain> log,
    ISweepNotices? notices = null) : Grain(context), ISweepGrain, IDisposable
{
    static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(5);

    readonly Dictionary<int, string> _doing = [];
    readonly Dictionary<int, DateTimeOffset> _retried = [];
    SweepBook? _book;
    Limits _limits = Limits.Default;
    Limits? _newLimits;
    CurveCache? _curves;
    // These are the faults as they were last written.
    IReadOnlyDictionary<int, int>? _faults;
    // Whether the row is as it was last read or written, which is not so after a write that failed.
    bool _isUnsure;
    // Whether its cells have still to be counted as submitted.
    bool _isNew;
    long _noted;
    string? _trace;

    SweepRecord Record => state.State.Record ?? throw Unknown();

    SweepBook Book => _book ?? throw (
        _opening is not null || Record.Phase == SweepPhase.Planning ? NotYet
        : SweepOrders.BecameOf(Record) is { } sweep ? new GridException($"{Record.Id} has been planned, and its id is {sweep} now.")
        : (_refusal ?? (IsOrder ? Record.Reason : null)) is { } refusal
            ? new GridException($"The sweep {Record.Id} could not be planned: {refusal}")
        : new GridException($"The sweep {Record.Id} {AnotherScience}."));

    /// <summary>Says that there is no such sweep, once: the next call reads again whether there is one. Where membership changes, another
    /// activation may have begun it meanwhile.</summary>
    GridException Unknown()
    {
        DeactivateOnIdle();
        return new($"There is no sweep {this.GetPrimaryKeyString()}; gridctl list shows all.");
    }

    string AnotherScience =>
        $"was planned by another version of the science ({Record.Version}), or its files or plugins have changed; submit it again";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _isNew = state.State.Record?.Phase == SweepPhase.Planning;
        if (IsOrder) await Advance();
        else await Opened(times.Patience);
        this.RegisterGrainTimer(Note, new() { DueTime = NoteEvery, Period = NoteEvery });
    }

    public async Task<Submission> Start(SweepOrder order)
    {
        using var activity = Traces.Source.StartActivity("submit")?.SetTag("grid.sweep", this.GetPrimaryKeyString());
        _trace = activity?.Id ?? _trace;
        if (state.State.Record is null)
        {
            if ($"{order.Name}-{order.PlanHash}" != this.GetPrimaryKeyString())
                throw new ArgumentException($"The plan is {order.Name}-{order.PlanHash}.");
            _isNew = true;
            await Write(new(
                this.GetPrimaryKeyString(), order.Name, order.File, order.Text, order.PlanHash, order.Version, order.Limits.Priority,
                    SweepPhase.Planning, null, order.Cells, 0, 0,
                clock.GetUtcNow(), null, DateTimeOffset.MinValue, new Dictionary<int, int>())
            {
                Owner = order.Owner ?? "",
            });
            Audited(Caller.Name, "submitted", Record.Id);
            await Opened(times.Patience);
            return new(Record.Id, true, order.Cells, _book?.Known ?? 0, _book is null);
        }

        Permit();
        Audited(Caller.Name, "submitted again", Record.Id);
        // The limits in this file hold from now on. The cells are the same, for else it would be another sweep.
        if (order.Text != Record.Text)
        {
            await Write(Record with { File = order.File, Text = order.Text, Priority = order.Limits.Priority });
            _limits = order.Limits;
            _newLimits = order.Limits;
        }
        else await Confirm();

        await Opened(times.Patience);
        // A sweep that was stopped goes on when it is submitted again, as grid run does with a folder.
        if (Record.Phase is SweepPhase.Stopped or SweepPhase.Cancelled) await Turn(SweepPhase.Running);
        return _book is { Progress: var progress } ? new(Record.Id, false, Record.Cells, progress.Done + progress.Failed, false)
            : new(Record.Id, false, Record.Cells, Record.Done + Record.Failed, true);
    }

    public async Task<SweepPhase> Turn(SweepPhase wanted)
    {
        var phase = Record.Phase;
        Permit();
        if (phase == wanted || phase == SweepPhase.Finished || wanted is SweepPhase.Finished or SweepPhase.Planning)
        {
            await Confirm();
            return phase;
        }

        if (IsOrder) return await TurnOrder(wanted);
        // Without its plan it can be ended, but cannot go on.
        if (wanted == SweepPhase.Running && _opening is null) _ = Book;
        await Write(Record with { Phase = wanted, Reason = null });
        Turned(Record.Id, wanted);
        AuditedTurn(Caller.Name, Record.Id, wanted);
        if (_book is null) return wanted;
        if (wanted == SweepPhase.Cancelled)
        {
            metrics.Cancelled(Book.Progress.Pending + Book.Progress.Leased);
            Book.EndLeases();
        }

        await Settle();
        return Record.Phase;
    }

    /// <exception cref="GridException">The caller may not do this to a sweep of somebody else's.</exception>
    void Permit()
    {
        if (Caller.May(Record.Owner)) return;
        var owner = Record.Owner.Length > 0 ? Record.Owner : "nobody";
        throw new GridException(
            $"The sweep {Record.Id} belongs to {owner}; only its owner and administrators may do this.", isForbidden: true);
    }

    public async Task<ImmutableArray<GroupLease>> Lease(LeaseRequest request)
    {
        if (IsOrder) await Advance();
        else await Opened(TimeSpan.Zero);
        if (_book is null && (IsOrder || _opening is not null)) return [];
        if (_book is not null && !IsOfItsScience(request)) return [];
        var leases = new List<Lease>();
        var atHand = request.Models.ToHashSet();
        HashSet<string> plugins = request.Plugins.IsDefault ? [] : [.. request.Plugins];
        while (Record.Phase == SweepPhase.Running && leases.Count < request.Most
            && Book.Workers.Count < (_limits.Concurrency ?? int.MaxValue)
            && Book.Next(request.Worker, atHand, plugins, request.Light) is { } lease) leases.Add(lease);
        if (Record.Phase == SweepPhase.Running && leases.Count == 0) TellOfPlugins(request.Worker, plugins);
        try
        {
            // A group that kills its workers may kill its coordinator next, so its faults are written first.
            if (!ReferenceEquals(Book.Tracker.Faults, _faults)) await Write(Record);
        }
        catch
        {
            // Nobody gets these leases. Their groups are open at once for the next caller, and this counts as no attempt.
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
            if (_book is null && _opening is not null) _early[renewal.Group] = (worker, renewal);
            else if (Record.Phase != SweepPhase.Cancelled
                && Book.Renew(worker, renewal.Group, renewal.Token, renewal.Attempt)) _doing[renewal.Group] = renewal.Doing;
            else lost.Add(renewal.Token);
        }

        return Task.FromResult(lost.ToImmutable());
    }

    public async Task Report(GroupReport report)
    {
        var forgotten = await Forgotten(report);
        foreach (var cell in report.Results)
        {
            if (cell.Index < 0 || cell.Index >= Book.Plan.Cells.Count || Book.Plan.Cells[cell.Index].Id != cell.Result.Cell)
                throw new ArgumentException($"{cell.Result.Cell} is not cell {cell.Index} of {Record.Id}.");
            if (!forgotten.Contains(cell.Result.Cell) && Book.Report(cell.Index, cell.Result, report.Token)) _isTold = true;
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
        var giveUp = lease.Attempt > _limits.Attempts
            ? $"Given up after {_limits.Attempts} attempts: its workers were lost or met errors; the logs of their silos say more." : null;
        return new(
            Record.Id, lease.Group, lease.Token, cells[0].Cell,
            [.. cells.Select(c => new LeasedCell(c.Index, c.Cell.Strength, c.Id, CountsFrom(c.Index)))],
            lease.Attempt, times.Lease, giveUp, Book.Model(lease.Group), _limits, _trace);
    }

    // The plan decides the beginning of the sweep, and the counts its end or its stop after too many failures.
    async Task Settle()
    {
        if (Record.Phase == SweepPhase.Planning) await Write(Record with { Phase = SweepPhase.Running });
        var progress = Book.Progress;
        if (progress.IsFinished)
        {
            if (!await IsKept() || Record.Phase == SweepPhase.Finished) return;
            await Write(Record with { Phase = SweepPhase.Finished, Finished = clock.GetUtcNow() });
            // Once more from here on: the store may have gone back between the count and this write, and not lost the write.
            _isTold = true;
            Ended(Record.Id, progress.Done, progress.Failed);
            if (_limits.Notify is { } url) notices?.Tell(url, Record);
        }
        else if (Record.Phase == SweepPhase.Finished)
        {
            // Failures that no longer count had finished it: they were kept before a retry, by the clocks of silos. Or a cell has risen
            // from a failure that had ended a rule, which now asks for more cells.
            await Write(Record with { Phase = SweepPhase.Running, Finished = null });
            GoesOn(Record.Id, progress.Pending);
        }
        else if (Record.Phase == SweepPhase.Running && progress.Failed > (_limits.Failures ?? int.MaxValue))
        {
            await Write(Record with
            {
                Phase = SweepPhase.Stopped,
                Reason = $"{progress.Failed} cells failed, and its limits allow {_limits.Failures}"
            });
            Stopped(Record.Id, progress.Failed);
            if (_limits.Notify is { } url) notices?.Tell(url, Record);
        }
    }

    // Lists read these counts from the table and do not ask every coordinator.
    async Task Note(CancellationToken ct)
    {
        if (IsOrder) await Advance();
        else if (_opening is not null) await Opened(TimeSpan.Zero);
        if (_book is null) return;
        _remaining = Remaining;
        // This completes what a failed write or a lost activation left undone.
        await Settle();
        if (_book.Version == _noted && !_isUnsure)
        {
            await Look();
            return;
        }

        var version = _book.Version;
        await Write(Record);
        _noted = version;
    }

    /// <summary>Checks the row before a caller hears that all is as he wishes: another activation may have changed it, and then this one
    /// leaves.</summary>
    Task Confirm() => Write(Record);

    async Task Write(SweepRecord record)
    {
        var (before, faults) = (state.State, _book?.Tracker.Faults);
        state.State = new()
        {
            Record = _book is { Progress: var progress }
                ? record with { Done = progress.Done, Failed = progress.Failed, Faults = faults! } : record,
        };
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            // A write that failed did not happen; or it did and the answer was lost, which the next write shows.
            (state.State, _isUnsure) = (before, true);
            // Another activation wrote, or this one did without hearing of it. The next activation reads the row. The runtime ignores what
            // timers throw.
            if (e is InconsistentStateException) DeactivateOnIdle();
            throw;
        }

        (_told, _faults, _isUnsure) = (state.State.Record, faults, false);
    }
}
