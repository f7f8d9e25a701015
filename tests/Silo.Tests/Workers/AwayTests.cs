namespace Grid.Silo.Tests.Workers;

/// <summary>What a worker does while the database is away, on a simulated clock.</summary>
public sealed class AwayTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly WorkerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void While_no_cell_can_be_asked_a_worker_asks_now_and_then_and_goes_on_soon_after()
    {
        var sweep = _bench.Add("a", 300, ofCells: 4);
        _bench.Start();
        // Groups so short that many are fetched in advance.
        _bench.Time.Until(() => sweep.Tracker.Progress.Done > 400, 60 * Second);
        _bench.Cluster.Claiming = () => throw new IOException("The database is away.");
        _bench.Time.Pass(30 * Second);

        _bench.Cluster.Calls.Clear();
        _bench.Time.Pass(80 * Second);
        // A group of four cells every eight seconds.
        Assert.InRange(_bench.Cluster.Calls.Count(c => c == "claim a"), 36, 44);

        _bench.Cluster.Claiming = () => { };
        var done = sweep.Tracker.Progress.Done;
        Assert.InRange(_bench.Time.Until(() => sweep.Tracker.Progress.Done > done, 60 * Second), TimeSpan.Zero, 10 * Second);
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 300 * Second);
        Assert.Empty(sweep.Tracker.Faults);
    }
}
