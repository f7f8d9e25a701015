using Grid.Contracts;

namespace Grid.Grains;

/// <summary>The part of a coordinator for a sweep that has no plan yet, see <see cref="SweepOrders"/>. If its silo dies, the next call
/// begins the plan again.</summary>
sealed partial class SweepGrain
{
    Task<PlannedSweep>? _planning;

    /// <summary>Whether the person who submitted may do nothing to sweeps of others; a later activation must assume so.</summary>
    bool _onlyOwn = true;

    bool IsOrder => state.State.Record is { } record && SweepOrders.IsOrder(record);

    public async Task<Submission> Plan(SweepOrder order)
    {
        if (SweepOrders.Key(order.Name, order.Text) != this.GetPrimaryKeyString())
            throw new ArgumentException($"The text is not that of {this.GetPrimaryKeyString()}.");
        var before = state.State.Record;
        if (before is not null) Permit();
        _onlyOwn = Caller.OnlyOwn;
        if (before?.Phase != SweepPhase.Planning)
        {
            await Write(new(
                this.GetPrimaryKeyString(), order.Name, order.File, order.Text, "", "", order.Limits.Priority, SweepPhase.Planning, null,
                order.Cells, 0, 0, clock.GetUtcNow(), null,
                DateTimeOffset.MinValue, new Dictionary<int, int>())
            {
                Owner = before?.Owner ?? order.Owner ?? "",
            });
            Audited(Caller.Name, "submitted", Record.Id);
        }

        _planning ??= planner.Plan(Record.File, Record.Text);
        return new(Record.Id, before is null, order.Cells, 0, true);
    }

    /// <summary>Starts the sweep if its plan is made by now.</summary>
    async Task Advance()
    {
        if (Record.Phase != SweepPhase.Planning) return;
        var planning = _planning ??= planner.Plan(Record.File, Record.Text);
        if (!planning.IsCompleted) return;
        _planning = null;
        try
        {
            var planned = await planning;
            // The call that starts the sweep, from a worker or another user, must not lend it that caller's rights.
            Caller.Is(Record.Owner, _onlyOwn);
            var sweep = await GrainFactory.GetGrain<ISweepGrain>(planned.Plan.Folder)
                .Start(SweepOrders.Of(Record.File, Record.Text, planned, Record.Owner));
            await Write(Record with
            {
                PlanHash = planned.Plan.Hash8,
                Version = planned.Plan.Version,
                Phase = SweepPhase.Finished,
                Cells = 0,
                Finished = clock.GetUtcNow()
            });
            Planned(Record.Id, sweep.Sweep, sweep.Cells);
        }
        catch (GridException e) when (!e.IsPassing)
        {
            await Write(Record with { Phase = SweepPhase.Stopped, Reason = e.Message });
            NotPlanned(Record.Id, e.Message);
        }
    }

    async Task<SweepPhase> TurnOrder(SweepPhase wanted)
    {
        await Write(Record with { Phase = wanted == SweepPhase.Running ? SweepPhase.Planning : wanted, Reason = null });
        Turned(Record.Id, Record.Phase);
        AuditedTurn(Caller.Name, Record.Id, wanted);
        return wanted;
    }
}
