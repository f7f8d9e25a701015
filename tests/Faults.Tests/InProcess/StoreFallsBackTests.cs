using Grid.Contracts;

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
}
