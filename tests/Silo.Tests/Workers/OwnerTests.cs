namespace Grid.Silo.Tests.Workers;

/// <summary>Owners who share a silo: the real workers and books of leases, on a simulated clock.</summary>
public sealed class OwnerTests
{
    static readonly TimeSpan Cell = TimeSpan.FromSeconds(2);

    // The list of sweeps is read twice a second, and a result takes a moment to be kept.
    static readonly TimeSpan News = TimeSpan.FromSeconds(0.7);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_million_cells_delay_ten_of_another_owner_by_no_more_than_one_cell(int slots)
    {
        using var bench = new WorkerBench();
        bench.Cells.Takes = Cell;
        bench.Add("huge", 1_000_000, priority: 100, owner: "ada");
        bench.Start(slots);
        bench.Time.Pass(TimeSpan.FromMinutes(2));

        var small = bench.Add("small", 10, owner: "bob");
        var took = bench.Time.Until(() => small.Tracker.Progress.IsFinished, TimeSpan.FromMinutes(2));

        var alone = Cell * Math.Ceiling(10.0 / slots);
        Assert.InRange(took, alone, alone + Cell + News);
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
}
