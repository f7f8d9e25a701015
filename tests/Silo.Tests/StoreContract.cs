using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Results;

namespace Grid.Silo.Tests;

/// <summary>What the grains rely on, whatever keeps it.</summary>
public abstract class StoreContract
{
    /// <summary>A store with nothing in it; from the second call on what was kept, in place of the one before.</summary>
    private protected abstract Task<IGridStore> Open();

    [Fact]
    public async Task A_cell_is_read_as_it_was_written()
    {
        var store = await Open();
        CellRecord[] records = [Make.Done(1), Make.Failed(2), Make.Done(3) with { Cell = Make.Cell(3) with { Poison = null } }];
        Assert.Equal([true, true, true], await store.WriteCells([.. records.Select(r => new Versioned<CellRecord>(r, 0))]));

        for (var opened = 0; opened < 2; opened++, store = await Open())
        {
            var read = await store.ReadCells([.. records.Select(r => r.Result.Cell)]);
            Assert.Equal(records.Select(Make.Text), read.Select(r => Make.Text(r!.Value)));
            Assert.All(read, r => Assert.Equal(1, r!.Version));
        }
    }

    [Fact]
    public async Task Cells_come_in_the_order_asked_for_with_gaps_where_there_is_no_row()
    {
        var store = await Open();
        var (a, b) = (Make.Done(1), Make.Done(2));
        await store.WriteCells([new(a, 0), new(b, 0)]);

        var read = await store.ReadCells([b.Result.Cell, Make.Id(9), a.Result.Cell, b.Result.Cell]);
        Assert.Equal([b.Result.Cell, null, a.Result.Cell, b.Result.Cell], read.Select(r => r?.Value.Result.Cell));
        Assert.Empty(await store.ReadCells([]));
    }

    [Fact]
    public async Task Only_rows_of_the_expected_version_are_written()
    {
        var store = await Open();
        await store.WriteCells([new(Make.Failed(1), 0), new(Make.Failed(2), 0)]);

        // A row that is there, one that is as expected, one that is not there though it is expected to be, a new one.
        Assert.Equal([false, true, false, true],
            await store.WriteCells([new(Make.Done(1), 0), new(Make.Done(2), 1), new(Make.Done(3), 1), new(Make.Done(4), 0)]));
        Assert.Equal([false, true], await store.WriteCells([new(Make.Failed(2), 1), new(Make.Done(1), 1)]));

        for (var opened = 0; opened < 2; opened++, store = await Open())
        {
            var read = await store.ReadCells([.. Enumerable.Range(1, 4).Select(i => Make.Done(i).Result.Cell)]);
            Assert.Equal([2, 2, null, 1], read.Select(r => r?.Version));
            Assert.Equal([CellStatus.Done, CellStatus.Done, null, CellStatus.Done], read.Select(r => r?.Value.Result.Status));
        }
    }

    [Fact]
    public async Task Of_many_writers_of_a_row_one_wins()
    {
        var store = await Open();
        var writers = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            // In another order each, so that a store which locks rows one by one would come to a halt.
            var rows = Enumerable.Range(0, 50).Select(i => new Versioned<CellRecord>(Make.Done((i * 7 + w * 11) % 50, w), 0)).ToList();
            return (Rows: rows, Written: await store.WriteCells(rows));
        }));
        var all = await Task.WhenAll(writers);

        Assert.Equal(50, all.Sum(a => a.Written.Count(w => w)));
        var winners = all.SelectMany(a => a.Rows.Where((_, i) => a.Written[i])).Select(r => Make.Text(r.Value)).Order();
        var kept = await store.ReadCells([.. Enumerable.Range(0, 50).Select(i => Make.Done(i).Result.Cell)]);
        Assert.Equal(winners, kept.Select(k => Make.Text(k!.Value)).Order());
    }

    [Fact]
    public async Task Results_of_a_sweep_come_by_index_also_those_that_other_sweeps_brought()
    {
        var store = await Open();
        var records = Enumerable.Range(0, 2500).Select(i => Make.Done(i)).ToList();
        await store.WriteCells([.. records.Select(r => new Versioned<CellRecord>(r, 0))]);
        await store.Enlist("one-1", [.. records.Take(3).Select(r => r.Result.Cell), Make.Id(5)]);
        await store.Enlist("two-2", [.. records.AsEnumerable().Reverse().Select(r => r.Result.Cell)]);

        for (var opened = 0; opened < 2; opened++, store = await Open())
        {
            var one = await Results(store, "one-1");
            Assert.Equal([0, 1, 2], one.Select(r => r.Index));
            Assert.Equal(records.Take(3).Select(r => Make.Text(r.Result.Outlined())), one.Select(r => Make.Text(r.Result)));
            Assert.Equal(records.Take(3).Select(r => r.Finished), one.Select(r => r.Finished));
            var two = await Results(store, "two-2");
            Assert.Equal(Enumerable.Range(0, 2500), two.Select(r => r.Index));
            Assert.All(two, r => Assert.Equal(records[2499 - r.Index].Result.Cell, r.Result.Cell));
            Assert.Empty(await Results(store, "three-3"));
        }
    }

    [Fact]
    public async Task A_store_tells_which_cells_of_a_sweep_are_not_done_and_which_of_them_have_failed()
    {
        var store = await Open();
        await store.WriteCells([new(Make.Done(1), 0), new(Make.Failed(3), 0)]);
        await store.Enlist("one-1", [Make.Id(5), Make.Done(1).Result.Cell, Make.Id(2), Make.Failed(3).Result.Cell, Make.Id(4)]);

        for (var opened = 0; opened < 2; opened++, store = await Open())
        {
            Assert.Equal(
                [(0, false), (2, false), (3, true), (4, false)], await store.CellsNotDone("one-1", CancellationToken.None));
            Assert.Empty(await store.CellsNotDone("two-2", CancellationToken.None));
        }
    }

    [Fact]
    public async Task Enlisting_again_changes_nothing()
    {
        var store = await Open();
        await store.WriteCells([new(Make.Done(1), 0), new(Make.Done(2), 0)]);
        var cells = new[] { Make.Done(2).Result.Cell, Make.Done(1).Result.Cell };
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.Enlist("one-1", cells)));
        store = await Open();
        await store.Enlist("one-1", cells);

        Assert.Equal(cells, (await Results(store, "one-1")).Select(r => r.Result.Cell));
    }

    [Fact]
    public async Task A_sweep_is_read_as_it_was_written_if_the_version_was_right()
    {
        var store = await Open();
        var sweep = Make.Sweep("one-1");
        Assert.Null(await store.ReadSweep("one-1"));
        Assert.False(await store.WriteSweep(new(sweep, 1)));
        Assert.Null(await store.ReadSweep("one-1"));
        Assert.True(await store.WriteSweep(new(sweep, 0)));
        Assert.False(await store.WriteSweep(new(sweep with { Done = 1 }, 0)));
        Assert.Equivalent(new Versioned<SweepRecord>(sweep, 1), await store.ReadSweep("one-1"), strict: true);

        var changed = sweep with
        {
            Phase = SweepPhase.Stopped,
            Reason = "no",
            Priority = -7,
            Done = 2,
            Failed = 1,
            Faults = new Dictionary<int, int> { [3] = 2 },
            Finished = Make.Noon,
            FailedAfter = Make.Noon.AddSeconds(1)
        };
        Assert.True(await store.WriteSweep(new(changed, 1)));
        Assert.False(await store.WriteSweep(new(sweep, 1)));
        Assert.Equivalent(new Versioned<SweepRecord>(changed, 2), await (await Open()).ReadSweep("one-1"), strict: true);
    }

    [Fact]
    public async Task Sweeps_come_by_priority_then_age()
    {
        var store = await Open();
        await store.WriteSweep(new(Make.Sweep("late-1", submitted: 2), 0));
        await store.WriteSweep(new(Make.Sweep("early-2", submitted: 1), 0));
        await store.WriteSweep(new(Make.Sweep("urgent-3", priority: 5, submitted: 3), 0));
        await store.WriteSweep(new(Make.Sweep("idle-4", priority: -1, submitted: 0), 0));
        foreach (var phase in Enum.GetValues<SweepPhase>().Where(p => p != SweepPhase.Running))
            await store.WriteSweep(new(Make.Sweep($"{phase}-5", priority: 9, phase: phase, submitted: (int)phase), 0));

        for (var opened = 0; opened < 2; opened++, store = await Open())
        {
            Assert.Equal(["Planning-5", "urgent-3", "early-2", "late-1", "idle-4"],
                (await store.Sweeps(runningOnly: true, default)).Select(s => s.Id));
            Assert.Equal(
                ["Paused-5", "Stopped-5", "Cancelled-5", "Finished-5", "Planning-5", "urgent-3", "early-2", "late-1", "idle-4"],
                (await store.Sweeps(runningOnly: false, default)).Select(s => s.Id));
        }
    }

    [Fact]
    public async Task Workers_are_those_heard_of_since_by_name()
    {
        var store = await Open();
        await store.Beat([Make.Worker("silo-b/cpu:0", 1), Make.Worker("silo-B/cpu:0", 2), Make.Worker("silo-a/cpu:0", 3)], default);
        var again = Make.Worker("silo-b/cpu:0", 4) with { State = "draining", Doing = "", Cells = 99 };
        await store.Beat([again], default);
        await store.Beat([], default);

        Assert.Equal([Make.Worker("silo-a/cpu:0", 3), again], await store.Workers(Make.Noon.AddSeconds(3), default));
        Assert.Equal(["silo-B/cpu:0", "silo-a/cpu:0", "silo-b/cpu:0"], (await store.Workers(Make.Noon, default)).Select(w => w.Worker));
        Assert.Empty(await store.Workers(Make.Noon.AddSeconds(5), default));
    }

    [Fact]
    public async Task Workers_not_heard_of_for_a_day_are_forgotten()
    {
        const int Day = 24 * 60 * 60;
        var store = await Open();
        await store.Beat([Make.Worker("gone/cpu:0", 0), Make.Worker("back/cpu:0", 0), Make.Worker("late/cpu:0", 2)], default);
        await store.Beat([Make.Worker("back/cpu:0", Day + 1)], default);

        Assert.Equal(["back/cpu:0", "late/cpu:0"], (await store.Workers(DateTimeOffset.MinValue, default)).Select(w => w.Worker));
    }

    [Fact]
    public async Task No_message_keeps_a_failure_from_being_stored()
    {
        var store = await Open();
        var record = Make.Failed(1, "a\0b \ud800 \u2603 '; drop table cells; --");
        Assert.Equal([true], await store.WriteCells([new(record, 0)]));
        var error = (await store.ReadCells([record.Result.Cell]))[0]!.Value.Result.Error!;
        Assert.StartsWith("a", error, StringComparison.Ordinal);
        Assert.EndsWith(" \u2603 '; drop table cells; --", error, StringComparison.Ordinal);
    }

    private protected static async Task<List<(int Index, CellResult Result, DateTimeOffset Finished)>> Results(
        IGridStore store, string sweep)
    {
        var results = new List<(int Index, CellResult Result, DateTimeOffset Finished)>();
        await foreach (var result in store.Results(sweep, default)) results.Add(result);
        return [.. results.OrderBy(r => r.Index)];
    }
}
