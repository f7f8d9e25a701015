using Grid.Contracts;
using Grid.Sweeps.Results;

namespace Grid.Faults.Tests.InProcess;

/// <summary>A store that has written and then has it no more: a replica took over that had not heard of it, or a backup was
/// restored.</summary>
public sealed class StoreFallsBackTests : IDisposable
{
    readonly ManualResetEventSlim _first = new(), _second = new();
    int _ran;

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    // Of 60 cells ten run, ten more after the first signal, and all others after the second.
    Script InThreeParts() => new((cell, ct) =>
    {
        var place = Interlocked.Increment(ref _ran);
        if (place > 10) _first.Wait(ct);
        if (place > 20) _second.Wait(ct);
        return 1 - cell.Strength;
    });

    [Fact]
    public async Task Results_that_are_gone_are_computed_again_before_the_sweep_ends()
    {
        await using var grid = await TestGrid.Start(InThreeParts(), silos: 2);
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await grid.Until(sweep, s => s.Done >= 10);
        var fallBack = grid.Store.Remember();
        _first.Set();
        await grid.Until(sweep, s => s.Done >= 20);

        fallBack();
        _second.Set();
        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.All(await grid.Cells(sweep), row => Assert.NotNull(row.Result));
        Assert.InRange(grid.Script.Runs.Count, 70, 80);
    }

    // The activation that found no row must not say so for ever: where membership changes, another one may begin the sweep meanwhile.
    [Fact]
    public async Task A_sweep_that_was_unknown_is_known_once_it_has_a_row()
    {
        await using var grid = await TestGrid.Start(Script.Nothing(), options: new() { Devices = "none" });
        var without = grid.Store.Remember();
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        var with = grid.Store.Remember();
        without();
        await grid.ForgetEverything();
        var unknown = await Assert.ThrowsAsync<GridException>(grid.Sweep(sweep).Status);
        Assert.StartsWith($"There is no sweep {sweep}", unknown.Message, StringComparison.Ordinal);

        with();

        Assert.Equal(SweepPhase.Running, (await grid.Sweep(sweep).Status()).Phase);
    }

    [Fact]
    public async Task A_sweep_that_had_ended_goes_on_where_its_row_says_that_it_runs()
    {
        await using var grid = await TestGrid.Start(InThreeParts());
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await grid.Until(sweep, s => s.Done >= 10);
        var fallBack = grid.Store.Remember();
        _first.Set();
        _second.Set();
        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.Equal(60, grid.Script.Runs.Count);

        fallBack();
        // Nobody says anything to the coordinator: it looks at its row now and then.
        await TestGrid.UntilTrue(() => grid.Script.Runs.Count > 60);

        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.All(await grid.Cells(sweep), row => Assert.NotNull(row.Result));
    }

    [Fact]
    public async Task A_result_that_is_gone_between_the_last_count_and_the_end_is_computed_again_after_the_end()
    {
        await using var grid = await TestGrid.Start(Script.Nothing());
        var lost = 0;
        grid.Store.Writing = row =>
        {
            if (row.Phase == SweepPhase.Finished && Interlocked.Exchange(ref lost, 1) == 0)
                grid.Store.Lose(grid.Script.Runs.First().Cell);
        };
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;

        await TestGrid.UntilTrue(() => grid.Script.Runs.Count == 61);

        await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);
        Assert.All(await grid.Cells(sweep), row => Assert.NotNull(row.Result));
    }

    // Another sweep shares its cell, and ran it again.
    [Fact]
    public async Task A_result_that_is_gone_and_has_failed_since_is_counted_as_what_it_is()
    {
        await using var grid = await TestGrid.Start(InThreeParts());
        var sweep = (await grid.Desk.Submit("s.yaml", SweepTests.Small)).Sweep;
        await grid.Until(sweep, s => s.Done >= 10);
        var failed = 0;
        grid.Store.ChangeResults(r => Interlocked.Exchange(ref failed, 1) == 0
            ? CellResult.Failed(r.Cell, FailureKind.Experiment, "the driver stumbled", 1, 1, r.Provenance) : r);
        _first.Set();
        _second.Set();

        var end = await grid.Until(sweep, s => s.Phase == SweepPhase.Finished);

        Assert.Equal((59, 1), (end.Done, end.Failed));
        Assert.Single(await grid.Cells(sweep), row => row.Result?.Status == CellStatus.Failed);
    }
}
