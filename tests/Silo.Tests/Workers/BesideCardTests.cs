namespace Grid.Silo.Tests.Workers;

/// <summary>A card and processors beside it in one silo: the real workers and books of leases, on a simulated clock.</summary>
public sealed class BesideCardTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly WorkerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Processors_beside_a_card_run_what_is_light_while_the_card_runs_the_rest()
    {
        var card = new TestCells(_bench.Time.Clock) { Takes = _bench.Cells.Takes };
        var (heavy, light) = (_bench.Add("heavy", 100), _bench.Add("light", 200));
        light.IsLight = true;
        _bench.Start(card, beside: 2);
        var took = _bench.Time.Until(() => heavy.Tracker.Progress.IsFinished && light.Tracker.Progress.IsFinished, 60 * Second);

        Assert.Equal((200, 100), (_bench.Cells.Begun.Count, card.Begun.Count));
        Assert.All(_bench.Cells.Begun, group => Assert.Equal("light", group.Sweep));
        // 300 groups of a tenth of a second, on three devices.
        Assert.InRange(took, 10 * Second, 14 * Second);
        Assert.Empty(heavy.Tracker.Faults);
    }

    [Fact]
    public void A_card_does_not_rest_because_the_processors_beside_it_find_nothing()
    {
        var card = new TestCells(_bench.Time.Clock) { Takes = _bench.Cells.Takes };
        var heavy = _bench.Add("heavy", 100);
        _bench.Start(card, beside: 4);
        var took = _bench.Time.Until(() => heavy.Tracker.Progress.IsFinished, 60 * Second);

        Assert.Empty(_bench.Cells.Begun);
        Assert.InRange(took, 10 * Second, 11.5 * Second);
        // Nor do they ask for it more often than slots do for which a sweep has nothing.
        Assert.InRange(_bench.Cluster.Calls.Count(c => c == "lease heavy"), 100 / 64, 150);
    }
}
