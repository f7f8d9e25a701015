using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Faults.Tests.InProcess;

/// <summary>Who may run a cell, and what is kept of it.</summary>
public sealed class CellTests(CellTests.Silo silo) : IClassFixture<CellTests.Silo>
{
    static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    static readonly DateTimeOffset Never = DateTimeOffset.MinValue;

    // Of its own for each test.
    readonly Cell _cell = new(new("digits"), new("cnn"), new("training"), null, new("pgd"), new("none"), 0.1, Interlocked.Increment(ref _seeds), new("evaluation"));

    static int _seeds;

    CellId Id => CellId.Of(_cell, "sha", "1");

    ICellGrain Grain => silo.Grid.Grains.GetGrain<ICellGrain>(Id.Value);

    CellResult Done(double seconds = 1) =>
        new(Id, CellStatus.Done, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, seconds, 1, new("1", "none", "none", "", "test"));

    CellResult Failed(int attempts = 1) => CellResult.Failed(Id, FailureKind.Experiment, "broken", 0.5, attempts, new("1", "none", "none", "", "test"));

    Task<CellResult> Complete(CellResult result) => Grain.Complete(new(_cell, result));

    async Task<bool> May(string sweep, long token) => (await Grain.Claim(new(sweep, token, Long, Never))).Yours;

    [Fact]
    public async Task Of_two_sweeps_that_share_a_cell_one_runs_it_until_it_gives_it_back()
    {
        Assert.True(await May("one", 1));
        Assert.False(await May("two", 9));
        // Asking again keeps it.
        Assert.True(await May("one", 1));

        await Grain.Release("two", 1);
        await Grain.Release("one", 7);
        Assert.False(await May("two", 9));
        await Grain.Release("one", 1);
        Assert.True(await May("two", 9));
    }

    [Fact]
    public async Task A_later_lease_of_the_same_sweep_takes_over_and_the_earlier_one_has_lost()
    {
        Assert.True(await May("one", 1));
        Assert.True(await May("one", 2));
        Assert.False(await May("one", 1));
        await Grain.Release("one", 1);
        Assert.False(await May("two", 1));
    }

    [Fact]
    public async Task A_claim_that_ran_out_holds_nobody_up()
    {
        Assert.True((await Grain.Claim(new("one", 1, TimeSpan.Zero, Never))).Yours);
        Assert.True(await May("two", 1));
    }

    [Fact]
    public async Task The_first_result_stays_whatever_comes_later()
    {
        Assert.Equal(1, (await Complete(Done(1))).Seconds);
        Assert.Equal(1, (await Complete(Done(2))).Seconds);
        Assert.Equal(CellStatus.Done, (await Complete(Failed())).Status);
        var standing = await Grain.Claim(new("one", 1, Long, DateTimeOffset.MaxValue));
        Assert.Equal((1.0, false), (standing.Result!.Seconds, standing.Yours));
        Assert.Equal(1, silo.Grid.Store.Writes[Id]);
    }

    [Fact]
    public async Task A_failure_counts_until_it_is_to_be_tried_again_and_a_success_replaces_it()
    {
        await Complete(Failed(attempts: 3));
        var standing = await Grain.Claim(new("one", 1, Long, Never));
        Assert.Equal(("broken", false, 3), (standing.Result!.Error, standing.Yours, standing.Attempts));

        standing = await Grain.Claim(new("one", 1, Long, DateTimeOffset.MaxValue));
        Assert.Equal((null, true, 3), (standing.Result, standing.Yours, standing.Attempts));
        Assert.Equal(CellStatus.Done, (await Complete(Done())).Status);
        Assert.Equal(CellStatus.Done, (await Grain.Claim(new("one", 1, Long, Never))).Result!.Status);
    }

    [Fact]
    public async Task A_result_that_could_not_be_written_is_not_kept()
    {
        // The activation must be there before: it could not read its row.
        Assert.True(await May("one", 1));
        silo.Grid.Store.IsDown = true;
        try
        {
            Assert.True((await Assert.ThrowsAsync<GridException>(() => Complete(Done()))).IsPassing);
        }
        finally
        {
            silo.Grid.Store.IsDown = false;
        }

        var standing = await Grain.Claim(new("one", 1, Long, Never));
        Assert.Equal((null, true), (standing.Result, standing.Yours));
        await Complete(Done());
        Assert.Equal(1, silo.Grid.Store.Writes[Id]);
    }

    [Fact]
    public async Task A_result_of_another_cell_is_refused()
    {
        var other = Done() with { Cell = new("digits.cnn.pgd.none.0.1.0-0000000000000000") };
        Assert.False((await Assert.ThrowsAsync<GridException>(() => Complete(other))).IsPassing);
        Assert.Null((await Grain.Claim(new("one", 1, Long, Never))).Result);
    }

    public sealed class Silo : IAsyncLifetime
    {
        internal TestGrid Grid { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Grid = await TestGrid.Start(Script.Nothing(), options: new() { Devices = "none", LeaseTime = TimeSpan.FromSeconds(20) });

        public ValueTask DisposeAsync() => Grid.DisposeAsync();
    }
}
