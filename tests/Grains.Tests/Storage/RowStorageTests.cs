using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Grid.Grains.Tests.Storage;

/// <summary>The version of a row decides between two activations of one grain, which can be while a silo leaves.</summary>
public sealed class RowStorageTests
{
    static readonly Cell Cell = new(new("digits"), new("cnn"), new("training"), null, new("pgd"), new("none"), 0.1, 0, new("evaluation"));

    static readonly CellId Id = CellId.Of(Cell, "sha", "1");

    static readonly GrainId Grain = GrainId.Create("cell", Id.Value);

    static readonly GrainId OfSweep = GrainId.Create("sweep", "small-0123abcd");

    readonly MemoryStore _store = new();

    readonly Told<IGridStore> _log = new();

    RowStorage Storage => field ??= new(_store, Task.Factory, _log);

    [Fact]
    public async Task What_was_written_is_read_by_the_next_activation()
    {
        var first = await Read<CellState>(Grain);
        Assert.Equal((false, null, null), (first.RecordExists, first.ETag, first.State!.Record));
        first.State!.Record = Kept(1);
        await Write(Grain, first);

        var next = await Read<CellState>(Grain);

        Assert.Equal((true, "1", 1.0), (next.RecordExists, next.ETag, next.State!.Record!.Result.Seconds));
    }

    [Fact]
    public async Task Of_two_activations_with_the_same_row_the_second_to_write_is_dropped()
    {
        var (one, two) = (await Read<CellState>(Grain), await Read<CellState>(Grain));
        (one.State!.Record, two.State!.Record) = (Kept(1), Kept(2));
        await Write(Grain, one);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain, two));
        Assert.Equal(1, (await Read<CellState>(Grain)).State!.Record!.Result.Seconds);

        // The same with a row that was there before.
        (one, two) = (await Read<CellState>(Grain), await Read<CellState>(Grain));
        (one.State!.Record, two.State!.Record) = (Kept(3), Kept(4));
        await Write(Grain, two);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain, one));
        var kept = await Read<CellState>(Grain);
        Assert.Equal((4, "2"), (kept.State!.Record!.Result.Seconds, kept.ETag));
    }

    [Fact]
    public async Task An_activation_may_write_again_and_again()
    {
        var state = await Read<CellState>(Grain);
        for (var i = 1; i <= 3; i++)
        {
            state.State!.Record = Kept(i);
            await Write(Grain, state);
            Assert.Equal($"{i}", state.ETag);
        }
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_version_so_that_it_can_be_tried_again()
    {
        var state = await Read<CellState>(Grain);
        state.State!.Record = Kept(1);
        _store.IsDown = true;
        var error = await Assert.ThrowsAsync<GridException>(() => Write(Grain, state));
        Assert.Equal("The cluster's storage does not answer; running cells go on meanwhile. The silo's log has the reason (IOException).",
            error.Message);
        _store.IsDown = false;
        Assert.Null(state.ETag);
        await Write(Grain, state);
        Assert.Equal("1", state.ETag);
    }

    // The disk of a database is full, for example.
    [Fact]
    public async Task A_store_that_reads_and_cannot_write_is_logged_once_and_once_more_when_it_can()
    {
        var state = await Read<CellState>(Grain);
        state.State!.Record = Kept(1);
        _store.IsFull = true;
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<GridException>(() => Write(Grain, state));
            await Read<CellState>(Grain);
        }

        Assert.Equal(["The storage cannot write cells; what waits for it is tried again"], _log.Lines);
        _store.IsFull = false;
        await Write(Grain, state);
        Assert.Equal("The storage can write cells again", _log.Lines[^1]);
    }

    [Fact]
    public async Task Of_two_coordinators_the_second_to_write_is_dropped()
    {
        var (one, two) = (await Read<SweepState>(OfSweep), await Read<SweepState>(OfSweep));
        one.State!.Record = two.State!.Record = new(
            "small-0123abcd", "small", "a.yaml", "name: small", "0123abcd", "1", 0, SweepPhase.Running, null, 1, 0, 0, default, null,
            default, new Dictionary<int, int>());
        await Write(OfSweep, one);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(OfSweep, two));
    }

    [Fact]
    public async Task Nothing_is_ever_cleared() =>
        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await Storage.ClearStateAsync("cell", Grain, await Read<CellState>(Grain)));

    [Fact]
    public async Task State_of_other_grains_has_no_table() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => Storage.ReadStateAsync("other", Grain, new GrainState<string>()));

    async Task<GrainState<T>> Read<T>(GrainId grain)
        where T : new()
    {
        var state = new GrainState<T>(new T());
        await Storage.ReadStateAsync("state", grain, state);
        return state;
    }

    Task Write<T>(GrainId grain, GrainState<T> state) => Storage.WriteStateAsync("state", grain, state);

    static CellRecord Kept(double seconds) => new(
        Cell, new(Id, CellStatus.Done, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, seconds, 1,
            new("1", "none", "none", "", "test")), default);
}
