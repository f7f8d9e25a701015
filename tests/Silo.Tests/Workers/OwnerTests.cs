using Grid.Silo.Sharing;
using Microsoft.Extensions.Time.Testing;

namespace Grid.Silo.Tests.Workers;

/// <summary>Owners who share a silo: the real workers and books of leases, on a simulated clock.</summary>
public sealed class OwnerTests
{
    static readonly TimeSpan Cell = TimeSpan.FromSeconds(2);

    // Short cells are fetched in advance: what one owner has at hand does not hold up another.
    [Theory]
    [InlineData(1, 2000)]
    [InlineData(4, 2000)]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(4, 60)]
    [InlineData(1, 20)]
    public void A_million_cells_delay_ten_of_another_owner_by_no_more_than_one_cell(int slots, int milliseconds)
    {
        var cell = TimeSpan.FromMilliseconds(milliseconds);
        foreach (var phase in new[] { 130, 490 })
        {
            var (alone, beside) = (Took(isAlone: true), Took(isAlone: false));
            Assert.InRange(beside, TimeSpan.Zero, alone + cell);

            TimeSpan Took(bool isAlone)
            {
                using var bench = new WorkerBench();
                bench.Cells.Takes = cell;
                if (!isAlone) bench.Add("huge", 1_000_000, priority: 100, owner: "ada");
                bench.Start(slots);
                // So long that ten cells are less than what the other has had.
                bench.Time.Pass(TimeSpan.FromSeconds(10) + 50 * cell);
                bench.Time.Pass(TimeSpan.FromMilliseconds(phase));
                var small = bench.Add("small", 10, owner: "bob");
                return bench.Time.Until(() => small.Tracker.Progress.IsFinished, TimeSpan.FromMinutes(2));
            }
        }
    }

    // A group of 20 cells takes 20 times as long as a cell.
    [Theory]
    [InlineData(1, 2000)]
    [InlineData(4, 500)]
    public void Large_groups_delay_another_owner_by_no_more_than_one_cell_either(int slots, int milliseconds)
    {
        using var bench = new WorkerBench();
        var cell = bench.Cells.Takes = TimeSpan.FromMilliseconds(milliseconds);
        var huge = bench.Add("huge", 10_000, owner: "ada", ofCells: 20);
        bench.Start(slots);
        bench.Time.Pass(TimeSpan.FromMinutes(2));
        var small = bench.Add("small", 10, owner: "bob");
        var took = bench.Time.Until(() => small.Tracker.Progress.IsFinished, TimeSpan.FromMinutes(2));
        var news = TimeSpan.FromSeconds(0.7);
        Assert.InRange(took, TimeSpan.Zero, cell * Math.Ceiling(10.0 / slots) + cell + news);
        // What was cut goes on where it was, and no cell is tried again.
        bench.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1, huge.Attempts);
        Assert.InRange(huge.Tracker.Progress.Leased, 1, slots * 20);
        Assert.Equal(bench.Cells.Done, bench.Cluster.Kept.Count);
    }

    [Fact]
    public void Owners_who_have_had_about_as_much_let_each_other_end_their_groups()
    {
        using var bench = new WorkerBench();
        bench.Cells.Takes = TimeSpan.FromSeconds(0.5);
        bench.Add("a", 1000, owner: "ada", ofCells: 10);
        bench.Add("b", 1000, owner: "bob", ofCells: 10);
        bench.Start(workers: 2);
        bench.Time.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(bench.Cells.Begun.Distinct(), bench.Cells.Begun);
        Assert.InRange(bench.Cells.Begun.Count(b => b.Sweep == "a"), 50, 70);
    }

    [Fact]
    public void A_slot_takes_no_group_of_another_owner_that_would_wait_behind_a_long_one()
    {
        using var bench = new WorkerBench();
        bench.Cells.Takes = TimeSpan.FromMinutes(10);
        bench.Add("long", 100, owner: "ada");
        bench.Start(workers: 2);
        bench.Time.Pass(TimeSpan.FromMinutes(15));
        var other = bench.Add("other", 10, owner: "bob");
        bench.Time.Pass(TimeSpan.FromMinutes(4));
        Assert.Equal(0, other.Tracker.Progress.Leased);
    }

    [Fact]
    public void What_was_fetched_in_advance_and_is_overtaken_goes_back_and_runs_later()
    {
        using var bench = new WorkerBench();
        bench.Cells.Takes = TimeSpan.FromMilliseconds(100);
        var first = bench.Add("first", 100, owner: "ada");
        bench.Start();
        bench.Time.Pass(TimeSpan.FromSeconds(5));
        // One runs, and two wait.
        Assert.Equal(3, first.Tracker.Progress.Leased);
        var second = bench.Add("second", 30, owner: "bob");
        bench.Time.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(0, first.Tracker.Progress.Leased);
        bench.Time.Until(() => first.Tracker.Progress.IsFinished && second.Tracker.Progress.IsFinished, TimeSpan.FromMinutes(1));
        Assert.Equal(130, bench.Cells.Begun.Count);
        Assert.Equal(130, bench.Cells.Begun.Distinct().Count());
    }

    [Fact]
    public void Owners_with_much_to_do_get_equal_shares_however_many_sweeps_they_have()
    {
        using var bench = new WorkerBench();
        bench.Cells.Takes = Cell;
        for (var i = 0; i < 5; i++) bench.Add($"ada{i}", 1000, owner: "ada");
        bench.Add("bob", 1000, owner: "bob");
        bench.Start(workers: 2);
        bench.Time.Pass(TimeSpan.FromMinutes(2));

        Assert.InRange(bench.Cells.Begun.Count(b => b.Sweep == "bob"), bench.Cells.Begun.Count * 0.4, bench.Cells.Begun.Count * 0.6);
        Assert.InRange(bench.Cells.Begun.Count(b => b.Sweep == "ada3"), 1, bench.Cells.Begun.Count);
    }

    [Fact]
    public void An_owner_has_no_more_groups_side_by_side_than_the_silo_allows()
    {
        using var bench = new WorkerBench(ownerGroups: 1);
        bench.Cells.Takes = TimeSpan.FromMinutes(10);
        var (first, second) = (bench.Add("a", 10, owner: "ada"), bench.Add("b", 10, owner: "ada"));
        bench.Start(workers: 4);
        bench.Time.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(1, first.Tracker.Progress.Leased + second.Tracker.Progress.Leased);

        var other = bench.Add("c", 10, owner: "bob");
        bench.Time.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(1, other.Tracker.Progress.Leased);
    }

    // Questions that bring fewer groups than were asked for, or none, must not use up what an owner may have.
    [Fact]
    public void Places_that_no_group_came_for_are_free_again()
    {
        using var bench = new WorkerBench(ownerGroups: 2);
        bench.Cells.Takes = TimeSpan.FromMilliseconds(100);
        bench.Start(workers: 2);
        for (var i = 0; i < 5; i++)
        {
            var sweep = bench.Add($"a{i}", 3, owner: "ada");
            bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Nobody_is_interrupted_for_an_owner_who_may_have_no_more_groups()
    {
        var clock = new FakeTimeProvider();
        var shares = new OwnerShares(most: 1, clock);
        shares.Begin("ada", shares.Reserve("ada", wanted: 3), come: 1);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(shares.IsFarBehind("bob", than: "ada"));
        var reserved = shares.Reserve("bob", wanted: 2);
        Assert.Equal(1, reserved);
        Assert.False(shares.IsFarBehind("bob", than: "ada"));
        shares.Begin("bob", reserved, come: 1);
        Assert.False(shares.IsFarBehind("bob", than: "ada"));
        shares.End("bob");
        Assert.True(shares.IsFarBehind("bob", than: "ada"));
    }
}
