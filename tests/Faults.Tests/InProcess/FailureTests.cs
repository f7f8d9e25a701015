using Grid.Contracts;
using Grid.Silo.Configuration;
using Grid.Sweeps.Cells;

namespace Grid.Faults.Tests.InProcess;

/// <summary>
/// One line each of the table of failures in docs/cluster.md, with silos in this process. What kills, stops and outages do to cells is
/// simulated under thousands of seeds (Simulation.Tests), and done to processes.
/// </summary>
public sealed class FailureTests
{
    // Long enough for something to go wrong meanwhile.
    static Script Slow(int milliseconds = 50) => new((cell, ct) =>
    {
        ct.WaitHandle.WaitOne(milliseconds);
        ct.ThrowIfCancellationRequested();
        return 1 - cell.Strength;
    });

    static readonly GridOptions NoDevices = new() { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task After_everything_was_stopped_the_sweep_goes_on_where_it_was()
    {
        var store = new MemoryStore();
        string sweep;
        await using (var before = await TestGrid.Start(Slow(), store: store))
        {
            sweep = (await before.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
            await before.Until(sweep, s => s.Done >= 5);
        }

        var kept = store.Writes.Count;
        Assert.InRange(kept, 5, 59);
        await using var after = await TestGrid.Start(Script.Nothing(), store: store);

        var end = await after.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal(60 - kept, after.Script.Runs.Count);
        Assert.Equal((60, 0), (end.Done, end.Known));
    }

    [Fact]
    public async Task Sweeps_that_share_cells_run_them_once()
    {
        await using var grid = await TestGrid.Start(Slow(20), silos: 2);
        var first = (await grid.Desk.Submit("a.yaml", SweepTests.Small)).Sweep;
        var second = (await grid.Desk.Submit("b.yaml", SweepTests.Small.Replace("small", "other").Replace("seeds: 20", "seeds: 25"))).Sweep;
        Assert.NotEqual(first, second);

        await grid.Until(first, s => s.Phase == SweepPhase.Finished);
        var end = await grid.Until(second, s => s.Phase == SweepPhase.Finished);

        Assert.Equal(75, end.Done);
        Assert.Equal(75, grid.Script.Runs.Count);
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_is_tried_again()
    {
        var thrown = 0;
        var script = new Script((_, _) => Interlocked.Increment(ref thrown) == 1 ? throw new InvalidOperationException("flaky") : 1);
        await using var grid = await TestGrid.Start(script);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {backoff: 10ms}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.Equal(61, script.Runs.Count);
    }

    [Fact]
    public async Task A_cell_that_fails_every_time_is_given_up_with_its_reason_and_can_be_retried()
    {
        var broken = true;
        var script = new Script(
            (cell, _) => broken && cell is { Seed: 3, Strength: 0.1 } ? throw new InvalidOperationException("always") : 1);
        await using var grid = await TestGrid.Start(script);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {attempts: 2, backoff: 10ms}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        // The control came before it; what would have come after it shares its fate.
        Assert.Equal((58, 2), (end.Done, end.Failed));
        Assert.All(end.Failures, f => Assert.Equal("InvalidOperationException: always", f.Error));

        broken = false;
        Assert.Equal(2, await grid.Sweep(sweep).Retry(new(null, Failed: true)));
        end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal((60, 0), (end.Done, end.Failed));
        Assert.Empty(end.Failures);
    }

    [Fact]
    public async Task Too_many_failures_stop_the_sweep()
    {
        // Slow enough that no worker fetches all of it ahead.
        await using var grid = await TestGrid.Start(new Script((_, ct) =>
        {
            ct.WaitHandle.WaitOne(50);
            throw new InvalidOperationException("broken");
        }));
        var sweep =
            (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("}", ", retries: {attempts: 1}, limits: {failures: 4}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Stopped);

        Assert.Contains("cells failed, and its limits allow 4", end.Reason);
        Assert.True(end.Failed < 60);
    }

    [Fact]
    public async Task A_group_whose_workers_are_lost_every_time_is_given_up_whoever_coordinates()
    {
        var clock = new ShiftedClock();
        await using var grid = await TestGrid.Start(Script.Nothing(), options: NoDevices, clock: clock);
        var sweep = (await grid.Desk.Submit("s.yaml",
            SweepTests.Small.Replace("seeds: 20", "seeds: 1").Replace("}", ", retries: {attempts: 2}}"))).Sweep;

        var leases = new List<GroupLease>();
        while (leases.Count < 4)
        {
            var lease = Assert.Single(await grid.Lease(sweep, "lost", 10));
            leases.Add(lease);
            await grid.Sweep(sweep).Renew("lost", [new(lease.Group, lease.Token, "", lease.Attempt)]);
            if (leases.Count == 2) await grid.ForgetEverything();
            clock.Advance(NoDevices.LeaseTime);
        }

        // A new coordinator knows of the attempts that ended, not of the lease that was out.
        Assert.Equal([1, 2, 2, 3], leases.Select(l => l.Attempt));
        Assert.Equal([null, null, null], leases.Take(3).Select(l => l.GiveUp));
        Assert.Contains("Given up after 2 attempts", leases[3].GiveUp);
    }

    // One worker was lost, once; then the database was away for a long time. Nobody has tried the others at all.
    [Fact]
    public async Task A_database_that_is_away_is_no_attempt()
    {
        var clock = new ShiftedClock();
        await using var grid = await TestGrid.Start(Script.Nothing(), options: NoDevices, clock: clock);
        var sweep = (await grid.Desk.Submit("s.yaml",
            SweepTests.Small.Replace("seeds: 20", "seeds: 2").Replace("}", ", retries: {attempts: 3}}"))).Sweep;
        var lost = Assert.Single(await grid.Lease(sweep, "lost", 1));
        await grid.Sweep(sweep).Renew("lost", [new(lost.Group, lost.Token, "", lost.Attempt)]);

        grid.Store.IsDown = true;
        for (var i = 0; i < 5; i++)
        {
            clock.Advance(NoDevices.LeaseTime);
            Assert.True((await Assert.ThrowsAsync<GridException>(() => grid.Lease(sweep, "w", 4))).IsPassing);
        }

        grid.Store.IsDown = false;
        // At once: nobody holds what was not handed out.
        var leases = await grid.Lease(sweep, "w", 20);
        Assert.Equal([(lost.Group, 2), (1 - lost.Group, 1)], leases.Select(l => (l.Group, l.Attempt)));
        Assert.All(leases, l => Assert.Null(l.GiveUp));
        // And it is written now: the next coordinator knows it.
        Assert.Equal([KeyValuePair.Create(lost.Group, 1)], (await grid.Store.ReadSweep(sweep))!.Value.Faults);
    }

    // The answer never arrived: nobody has tried anything.
    [Fact]
    public async Task A_lease_that_no_worker_ever_renewed_is_no_attempt()
    {
        var clock = new ShiftedClock();
        await using var grid = await TestGrid.Start(Script.Nothing(), options: NoDevices, clock: clock);
        var sweep = (await grid.Desk.Submit("s.yaml",
            SweepTests.Small.Replace("seeds: 20", "seeds: 1").Replace("}", ", retries: {attempts: 1}}"))).Sweep;
        for (var i = 0; i < 5; i++)
        {
            var lease = Assert.Single(await grid.Lease(sweep, "w", 4));
            Assert.Equal((1, null), (lease.Attempt, lease.GiveUp));
            clock.Advance(NoDevices.LeaseTime);
        }
    }

    [Fact]
    public async Task A_sweep_whose_results_could_not_be_read_when_it_was_submitted_runs_as_soon_as_they_can()
    {
        await using var grid = await TestGrid.Start(Script.Nothing());
        grid.Store.HidesResults = true;
        var refusal = await Assert.ThrowsAsync<GridException>(() => grid.Desk.Submit("s.yaml", SweepTests.Small));
        Assert.True(refusal.IsPassing);
        Assert.DoesNotContain("another version", refusal.Message, StringComparison.Ordinal);
        var sweep = Assert.Single(await grid.Desk.Sweeps()).Sweep;
        Assert.Equal(SweepPhase.Planning, (await grid.Sweep(sweep).Status()).Phase);

        grid.Store.HidesResults = false;

        // Without being submitted again.
        Assert.Equal(60, (await grid.UntilItAnswers(sweep, s => s.Phase == SweepPhase.Finished)).Done);
    }

    [Fact]
    public async Task A_report_that_the_coordinator_has_no_use_for_holds_up_nobody()
    {
        await using var grid = await TestGrid.Start(Slow(20));
        // As after an upgrade of the science: the row is there, and what it was planned as is no more.
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await grid.Until(sweep, s => s.Done >= 5);
        grid.Store.Change(sweep, s => s with { PlanHash = "00000000", Done = 7 });
        await grid.ForgetEverything();
        Assert.Contains("another version of the science",
            (await Assert.ThrowsAsync<GridException>(() => grid.Sweep(sweep).Status())).Message);
        var line = Assert.Single(await grid.Desk.Sweeps());
        Assert.Equal((SweepPhase.Stopped, 7), (line.Phase, line.Done));

        // Slots are free for others, and a stop does not wait for the coordinator.
        var other = (await grid.Desk.Submit("o.yaml", SweepTests.Small.Replace("small", "other").Replace("fgsm", "pgd"))).Sweep;
        await grid.Until(other, s => s.Phase == SweepPhase.Finished);
        await grid.Stop(0);
    }

    [Fact]
    public async Task A_sweep_whose_last_report_was_lost_with_everything_ends_all_the_same()
    {
        var store = new MemoryStore();
        string sweep;
        await using (var before = await TestGrid.Start(Script.Nothing(), store: store))
        {
            sweep = (await before.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
            await before.Until(sweep, s => s.Phase == SweepPhase.Finished);
        }

        // Killed between the results of the last cells and the row of the sweep.
        store.Change(sweep, s => s with { Phase = SweepPhase.Running, Finished = null });
        await using var after = await TestGrid.Start(Script.Nothing(), store: store);

        Assert.Equal(60, (await after.Until(sweep, s => s.Phase == SweepPhase.Finished)).Done);
    }

    [Fact]
    public async Task A_sweep_that_stopped_says_why_also_when_its_last_cells_have_ended()
    {
        await using var grid = await TestGrid.Start(new Script((_, ct) =>
        {
            ct.WaitHandle.WaitOne(50);
            throw new InvalidOperationException("broken");
        }), options: new() { Slots = 4, LeaseTime = TimeSpan.FromSeconds(20) });
        // Four groups run when the first fails.
        var sweep = (await grid.Desk.Submit("s.yaml",
            SweepTests.Small.Replace("seeds: 20", "seeds: 4").Replace("}", ", retries: {attempts: 1}, limits: {failures: 2}}"))).Sweep;

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Contains("cells failed, and its limits allow 2", end.Reason);
    }
}
