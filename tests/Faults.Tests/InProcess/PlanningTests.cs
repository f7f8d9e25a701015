using System.Diagnostics.Metrics;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Telemetry;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Silo.Configuration;
using Grid.Silo.Plans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grid.Faults.Tests.InProcess;

/// <summary>Sweeps so large that planning them, or reading their results back, takes a while: everybody is answered meanwhile.</summary>
public sealed class PlanningTests
{
    readonly TaskCompletionSource _planned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    GridException? _refusal;

    Task<TestGrid> Start(int silos = 1, string devices = "cpu", bool patient = false) => TestGrid.Start(
        Script.Nothing(), silos, new() { Devices = devices, Slots = 2, LeaseTime = TestGrid.Impatient * (patient ? 2 : 1) },
        planner: services =>
            new SlowPlanner(this,
                new(services.GetRequiredService<ExperimentRunner>(),
                    services.GetRequiredService<IOptions<GridOptions>>(), TimeProvider.System)));

    [Fact]
    public async Task A_submission_is_answered_while_the_plan_is_made_and_the_sweep_begins_by_itself()
    {
        await using var grid = await Start();
        var taken = await grid.Desk.Submit("s.yaml", SweepTests.Small);

        Assert.Equal((true, true, 60), (taken.IsNew, taken.IsPlanning, taken.Cells));
        Assert.Equal(SweepPhase.Planning, (await grid.Sweep(taken.Sweep).Status()).Phase);
        Assert.Equal((taken.Sweep, SweepPhase.Planning), Assert.Single((await grid.Desk.Sweeps()).Select(s => (s.Sweep, s.Phase))));
        Assert.True((await Assert.ThrowsAsync<GridException>(() => grid.Sweep(taken.Sweep).Cells(0, 1))).IsPassing);
        Assert.False((await grid.Desk.Submit("s.yaml", SweepTests.Small)).IsNew);
        _planned.SetResult();

        // Asked by the name it was given first, it answers by the one that its plan gives it.
        var end = await grid.Until(taken.Sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal((60, 60), (end.Cells, end.Done));
        Assert.NotEqual(taken.Sweep, end.Sweep);
        Assert.Equal(end.Sweep, Assert.Single(await grid.Desk.Sweeps()).Sweep);
        Assert.Contains(end.Sweep, (await Assert.ThrowsAsync<GridException>(() => grid.Sweep(taken.Sweep).Cells(0, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_dies_while_it_plans_leaves_the_plan_to_another()
    {
        await using var grid = await Start(silos: 2);
        var taken = await grid.Desk.Submit("s.yaml", SweepTests.Small);
        await grid.KillCoordinator(taken.Sweep);
        _planned.SetResult();

        Assert.Equal(60, (await grid.Until(taken.Sweep, s => s.Phase == SweepPhase.Finished)).Done);
    }

    [Fact]
    public async Task What_is_found_wrong_while_planning_is_shown_and_another_submission_tries_again()
    {
        await using var grid = await Start();
        var taken = await grid.Desk.Submit("s.yaml", SweepTests.Small);
        _refusal = new("s.yaml: the file of the data set is damaged");
        _planned.SetResult();

        var end = await grid.Until(taken.Sweep, s => s.Phase == SweepPhase.Stopped);
        Assert.Equal(_refusal.Message, end.Reason);
        Assert.Contains(_refusal.Message, (await Assert.ThrowsAsync<GridException>(() => grid.Sweep(taken.Sweep).Cells(0, 1))).Message,
            StringComparison.Ordinal);

        _refusal = null;
        var again = await grid.Desk.Submit("s.yaml", SweepTests.Small);
        Assert.Equal(60, (await grid.Until(again.Sweep, s => s.Phase == SweepPhase.Finished)).Done);
    }

    [Fact]
    public async Task A_sweep_that_is_cancelled_while_it_is_planned_does_not_begin()
    {
        await using var grid = await Start();
        var taken = await grid.Desk.Submit("s.yaml", SweepTests.Small);
        Assert.Equal(SweepPhase.Cancelled, await grid.Sweep(taken.Sweep).Turn(SweepPhase.Cancelled));
        _planned.SetResult();
        Assert.Equal(SweepPhase.Cancelled, (await grid.Sweep(taken.Sweep).Status()).Phase);
        Assert.Equal(taken.Sweep, Assert.Single(await grid.Desk.Sweeps()).Sweep);

        Assert.Equal(SweepPhase.Running, await grid.Sweep(taken.Sweep).Turn(SweepPhase.Running));
        Assert.Equal(60, (await grid.Until(taken.Sweep, s => s.Phase == SweepPhase.Finished)).Done);
    }

    [Theory]
    [InlineData(SweepPhase.Paused), InlineData(SweepPhase.Running)]
    public async Task Cells_count_as_submitted_once_also_where_a_person_steers_while_they_are_planned(SweepPhase wanted)
    {
        var reading = new TaskCompletionSource();
        // The plan is to be there before the answer, also the first one of a process: what is steered is the sweep itself.
        await using var grid = await Start(devices: "none", patient: true);
        grid.Store.Reading = reading.Task;
        _planned.SetResult();
        // Other tests count theirs meanwhile; no other sweep has so many cells.
        const int cells = 333;
        var counted = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (instrument is { Meter.Name: SweepMetrics.Name, Name: "grid.cells.submitted" }) own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value == cells ? 1 : 0));
        listener.Start();
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("seeds: 20", $"seeds: {cells / 3}"))).Sweep;
        Assert.Equal(wanted, await grid.Sweep(sweep).Turn(wanted));
        reading.SetResult();

        await grid.UntilItAnswers(sweep, s => !s.Curves.IsEmpty);
        await grid.Sweep(sweep).Turn(SweepPhase.Running);
        Assert.Equal(1, counted);
    }

    [Fact]
    public async Task A_new_coordinator_answers_while_it_reads_and_takes_no_group_from_its_worker()
    {
        _planned.SetResult();
        await using var grid = await Start(devices: "none");
        var taken = (await grid.Desk.Submit("s.yaml", SweepTests.Small.Replace("seeds: 20", "seeds: 2"))).Sweep;
        var sweep = (await grid.Until(taken, s => s.Phase == SweepPhase.Running)).Sweep;
        var lease = Assert.Single(await grid.Lease(sweep, "a", 1));
        var reading = new TaskCompletionSource();
        grid.Store.Reading = reading.Task;
        await grid.ForgetEverything();

        Assert.Equal((SweepPhase.Running, 6), await Seen(grid.Sweep(sweep)));
        Assert.Empty(await grid.Sweep(sweep).Renew("a", [new(lease.Group, lease.Token, "at it", lease.Attempt)]));
        Assert.Empty(await grid.Lease(sweep, "b", 9));
        Assert.True((await Assert.ThrowsAsync<GridException>(() => grid.Sweep(sweep).Curves())).IsPassing);
        Assert.True(
            (await Assert.ThrowsAsync<GridException>(
                () => grid.Sweep(sweep).Report(new("a", lease.Group, lease.Token, [], true, default, false)))).IsPassing);
        Assert.Equal(SweepPhase.Paused, await grid.Sweep(sweep).Turn(SweepPhase.Paused));
        Assert.Equal(SweepPhase.Running, await grid.Sweep(sweep).Turn(SweepPhase.Running));
        reading.SetResult();

        var others = new List<GroupLease>();
        while (others.Count == 0) others.AddRange(await grid.Lease(sweep, "b", 9));
        Assert.DoesNotContain(lease.Group, others.Select(l => l.Group));
        Assert.Contains("at it", (await grid.Sweep(sweep).Status()).Running.Select(r => r.Doing));

        static async Task<(SweepPhase, int)> Seen(ISweepGrain sweep) =>
            await sweep.Status() is var status ? (status.Phase, status.Cells) : default;
    }

    /// <summary>Plans when it is told to.</summary>
    sealed class SlowPlanner(PlanningTests test, SweepPlanner planner) : IPlanner
    {
        public Task<SweepOutline> Check(string file, string text) => planner.Check(file, text);

        public async Task<PlannedSweep> Plan(string file, string text)
        {
            await test._planned.Task;
            return test._refusal is { } refusal ? throw refusal : await planner.Plan(file, text);
        }
    }
}
