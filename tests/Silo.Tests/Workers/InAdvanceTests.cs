using Grid.Sweeps.Cells;

namespace Grid.Silo.Tests.Workers;

/// <summary>Groups that a worker has fetched before it can run them.</summary>
public sealed class InAdvanceTests : IDisposable
{
    readonly WorkerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    // Of short groups many are fetched in advance; the first long one would hold them up, and another worker would stand idle.
    [Fact]
    public void Groups_that_wait_behind_one_that_takes_longer_than_others_did_go_back_for_somebody_else_to_run()
    {
        var first = _bench.Add("short", 200);
        _bench.Cells.Takes = TimeSpan.FromMilliseconds(5);
        _bench.Start();
        _bench.Time.Until(() => first.Tracker.Progress.IsFinished, TimeSpan.FromSeconds(20));
        _bench.Cells.Takes = TimeSpan.FromMinutes(10);
        var second = _bench.Add("long", 20);
        _bench.Time.Until(() => second.Tracker.Progress.Leased > 1, TimeSpan.FromSeconds(10));

        _bench.Time.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(1, second.Tracker.Progress.Leased);
        Assert.Empty(second.Tracker.Faults);
        _bench.Time.Pass(TimeSpan.FromMinutes(25));
        Assert.Equal(3, _bench.Cells.Begun.Count(b => b.Sweep == "long"));
    }

    // As a card would fetch them; these cells are of entries that no catalogue has.
    [Fact]
    public void Groups_of_which_nobody_can_say_whether_they_are_alike_run_alone()
    {
        var sweep = _bench.Add("a", 5);
        _bench.Cells.Replicas = Task.FromResult(4);
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, TimeSpan.FromSeconds(20));
        Assert.Equal(5, _bench.Cells.Begun.Count);
    }

    // Whatever ended their worker may be in them, and would end this one too.
    [Fact]
    public void Groups_whose_worker_was_lost_once_run_alone_and_those_beside_them_as_one()
    {
        var sweep = _bench.Add("a", 4);
        var fgsm = new Choice("fgsm", ("norm", new Word("linf")), ("loss_rounding", new Word("exact")));
        sweep.Cell = seed => new(new("digits"), new("softmax"), new("training"), null, fgsm, new("none"), 0.1, seed, new("evaluation"));
        for (var i = 0; i < 2; i++) Assert.NotNull(sweep.Tracker.Next() is { } lost ? sweep.Tracker.Renew(lost.Group, lost.Token) : null);
        _bench.Cells.Replicas = Task.FromResult(4);
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 3 * TestCluster.LeaseTime);

        Assert.Equal([2, 3], Assert.Single(_bench.Cells.BegunTogether));
        Assert.Equal([0, 1, 2, 3], _bench.Cells.Begun.Select(b => b.Group).Order());
        Assert.Equal(2, sweep.Attempts);
    }
}
