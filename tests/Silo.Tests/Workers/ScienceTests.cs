namespace Grid.Silo.Tests.Workers;

/// <summary>Sweeps of another version, as in the middle of a rolling upgrade.</summary>
public sealed class ScienceTests : IDisposable
{
    readonly WorkerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    // Its coordinator is on a silo of the old version, and gives groups to whoever asks. Here they would come out otherwise, or fail for
    // want of a parameter; but the coordinator must be called, for on a silo of this version it would find that its science is gone.
    [Fact]
    public void No_group_of_a_sweep_that_was_planned_by_another_version_is_taken()
    {
        var (old, sweep) = (_bench.Add("old", 5, version: "3"), _bench.Add("new", 5));
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, TimeSpan.FromSeconds(20));
        _bench.Time.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal((0, 5, 0), (old.Tracker.Progress.Done, old.Tracker.Progress.Pending, old.Tracker.Progress.Leased));
        Assert.InRange(_bench.Cluster.Calls.Count(c => c == "lease old"), 5, 20);
    }
}
