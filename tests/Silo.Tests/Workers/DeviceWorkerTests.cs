using Grid.Contracts;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;

namespace Grid.Silo.Tests.Workers;

/// <summary>How a worker fetches, keeps, runs and hands back, on a simulated clock.</summary>
public sealed class DeviceWorkerTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly WorkerBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Every_group_is_run_once_and_reported_once()
    {
        var sweep = _bench.Add("a", 50);
        _bench.Start(workers: 2);
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 10 * Second);

        Assert.Equal((50, 0), (sweep.Tracker.Progress.Done, sweep.Tracker.Progress.Failed));
        Assert.Equal(50, _bench.Cells.Begun.Count);
        Assert.Equal(50, _bench.Cluster.Kept.Count);
        Assert.Empty(sweep.Tracker.Faults);
    }

    [Fact]
    public void Nothing_is_run_before_its_coordinator_knows_that_the_lease_has_arrived()
    {
        _bench.Add("a", 1);
        _bench.Cells.Meets = _ => _bench.Cluster.Calls.Add("run");
        _bench.Start();
        _bench.Time.Until(() => _bench.Cells.Begun.Count == 1, Second * 2);
        Assert.Equal(["lease a", "renew a", "claim a", "run"], _bench.Cluster.Calls.Where(c => c is not "lease a").Prepend("lease a"));
    }

    [Fact]
    public void A_coordinator_that_takes_long_to_wake_keeps_nobody_from_other_sweeps()
    {
        var slow = _bench.Add("slow", 4, priority: 5);
        var other = _bench.Add("other", 200);
        slow.Slowness = 25 * Second;
        _bench.Start(workers: 2);

        Assert.InRange(_bench.Time.Until(() => other.Tracker.Progress.Done > 0, 10 * Second), TimeSpan.Zero, Second);
        // And none of its own time is lost either, once it answers.
        _bench.Time.Until(() => other.Tracker.Progress.IsFinished, 30 * Second);
        slow.Slowness = TimeSpan.Zero;
        _bench.Time.Until(() => slow.Tracker.Progress.IsFinished, 60 * Second);
        Assert.Empty(slow.Tracker.Faults);
    }

    [Fact]
    public void A_coordinator_that_does_not_answer_costs_nobody_elses_lease()
    {
        var (silent, other) = (_bench.Add("silent", 1), _bench.Add("other", 1));
        _bench.Cells.Takes = 90 * Second;
        _bench.Start(workers: 2);
        _bench.Time.Until(() => _bench.Cells.Begun.Count == 2, 2 * Second);
        silent.Slowness = 30 * Second;

        // Somebody else asks for groups all the time, and would get one whose lease has run out.
        _bench.Time.Until(() => other.Tracker.Next() is not null || other.Tracker.Progress.IsFinished, 120 * Second);

        Assert.Equal((1, 0), (other.Tracker.Progress.Done, other.Tracker.Faults.Count));
        Assert.Equal(2, _bench.Cells.Begun.Count);
    }

    [Fact]
    public void A_coordinator_that_is_slow_every_time_is_waited_for_and_its_groups_run()
    {
        var (slow, other) = (_bench.Add("slow", 20), _bench.Add("other", 200));
        slow.Slowness = 1.5 * Second;
        _bench.Cells.Takes = 2 * Second;
        _bench.Start(workers: 2);
        _bench.Time.Until(() => slow.Tracker.Progress.IsFinished, 300 * Second);
        Assert.Empty(slow.Tracker.Faults);
        Assert.False(other.Tracker.Progress.IsFinished);
    }

    [Fact]
    public void Leases_that_come_when_the_slot_is_busy_go_back_to_be_run_elsewhere()
    {
        var slow = _bench.Add("slow", 1, priority: 5);
        _bench.Add("other", 1);
        slow.Slowness = 5 * Second;
        _bench.Cells.Takes = 600 * Second;
        _bench.Start();
        _bench.Time.Until(() => _bench.Cells.Begun.Count == 1, 2 * Second);
        Assert.Equal("other", _bench.Cells.Begun[0].Sweep);

        _bench.Time.Pass(11 * Second);

        Assert.Equal((1, 0), (slow.Tracker.Progress.Pending, slow.Tracker.Progress.Leased));
        Assert.Empty(slow.Tracker.Faults);
    }

    // Sweeps whose groups are all with others, as the list of sweeps does not know.
    [Fact]
    public void Slots_without_work_ask_sweeps_that_have_none_now_and_then()
    {
        for (var i = 0; i < 200; i++) _bench.Add($"idle{i}", 0);
        _bench.Start(workers: 16);
        _bench.Time.Pass(10 * Second);
        var before = _bench.Cluster.Calls.Count;

        _bench.Time.Pass(10 * Second);

        // 40 a second for all slots together, and each sweep now and then.
        Assert.InRange(_bench.Cluster.Calls.Count - before, 200, 420);
    }

    [Fact]
    public void A_sweep_that_is_cancelled_frees_the_device_at_the_next_renewal()
    {
        var sweep = _bench.Add("a", 1);
        _bench.Cells.Takes = 600 * Second;
        _bench.Start();
        _bench.Time.Until(() => _bench.Cells.Begun.Count == 1, 2 * Second);
        sweep.Cancelled = true;
        sweep.Tracker.EndLeases();

        Assert.InRange(_bench.Time.Until(() => !_bench.Worker.IsBusy, 10 * Second), TimeSpan.Zero, 3 * Second);
        Assert.Contains("release a", _bench.Cluster.Calls);
        Assert.Empty(_bench.Cluster.Kept);
    }

    [Fact]
    public void A_stop_hands_back_what_runs_and_what_waits_and_keeps_what_is_done()
    {
        var sweep = _bench.Add("a", 40);
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.Done > 3, 10 * Second);

        _bench.Stop();

        _bench.Time.Until(() => _bench.HasEnded, Second);
        var progress = sweep.Tracker.Progress;
        Assert.Equal((0, progress.Done), (progress.Leased, _bench.Cluster.Kept.Count));
        Assert.Equal(40, progress.Done + progress.Pending);
        Assert.Empty(sweep.Tracker.Faults);
    }

    [Fact]
    public void A_device_that_hangs_gives_its_group_back_as_a_fault_and_takes_no_other()
    {
        var sweep = _bench.Add("a", 5);
        _bench.Cells.Takes = TimeSpan.FromHours(1);
        _bench.Start();
        _bench.Time.Until(() => _bench.Cells.Begun.Count == 1, 2 * Second);

        _bench.Time.Do(() =>
        {
            _bench.Cells.Hang();
            return true;
        });

        _bench.Time.Until(() => _bench.HasEnded, 2 * Second);
        Assert.True(_bench.Worker.Hangs);
        Assert.Equal([1], sweep.Tracker.Faults.Values);
        Assert.Single(_bench.Cells.Begun);
        Assert.Equal(0, sweep.Tracker.Progress.Leased);
    }

    [Fact]
    public void Where_nothing_was_heard_of_a_cell_for_ten_minutes_its_worker_says_so()
    {
        _bench.Add("a", 1);
        _bench.Cells.Takes = TimeSpan.FromHours(1);
        _bench.Start();
        _bench.Time.Until(() => _bench.Cells.Begun.Count == 1, 2 * Second);
        _bench.Time.Pass(TimeSpan.FromMinutes(9));
        Assert.Equal("testing", _bench.Worker.Doing);

        _bench.Time.Pass(TimeSpan.FromMinutes(2.5));

        Assert.Equal("testing, nothing new for 11 min", _bench.Worker.Doing);
        Assert.Equal(_bench.Worker.Doing, _bench.Cluster.Doing);
    }

    [Fact]
    public void What_hangs_at_its_last_attempt_has_failed_for_that()
    {
        var sweep = _bench.Add("a", 1, limits: Limits.Default with { Attempts = 1 });
        _bench.Cells.Meets = _ => _bench.Cells.Hang();
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 10 * Second);
        Assert.Equal(FailureKind.Hung, Assert.Single(_bench.Cluster.Kept.Values).Failure);
    }

    [Fact]
    public void A_group_out_of_attempts_is_given_up_without_another()
    {
        var sweep = _bench.Add("a", 1, limits: Limits.Default with { Attempts = 0 });
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 10 * Second);
        Assert.Equal(FailureKind.GivenUp, Assert.Single(_bench.Cluster.Kept.Values).Failure);
        Assert.Empty(_bench.Cells.Begun);
    }

    [Fact]
    public void A_device_that_cannot_be_opened_takes_nothing_and_ends_its_slot_alone()
    {
        _bench.Add("a", 5);
        _bench.Cells.Replicas = Task.FromException<int>(new InvalidOperationException("the card is full"));
        _bench.Start();
        _bench.Time.Pass(3 * Second);
        Assert.True(_bench.HasEnded && _bench.Worker.IsBroken);
        Assert.Empty(_bench.Cluster.Calls);
    }

    [Fact]
    public void An_error_that_nobody_foresaw_is_a_fault_until_the_attempts_are_used_up()
    {
        var sweep = _bench.Add("a", 2, limits: Limits.Default with { Attempts = 3, Backoff = Second });
        _bench.Cells.Meets = job =>
        {
            if (job.Lease.Group == 1) throw new InvalidOperationException("always");
        };
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 30 * Second);
        Assert.Equal((1, 1), (sweep.Tracker.Progress.Done, sweep.Tracker.Progress.Failed));
        Assert.Equal(4, _bench.Cells.Begun.Count);
        var failed = Assert.Single(_bench.Cluster.Kept.Values, r => r.Status == CellStatus.Failed);
        Assert.Equal(("InvalidOperationException: always", FailureKind.Fault), (failed.Error, failed.Failure));
    }

    [Fact]
    public void A_result_that_its_cell_refuses_for_good_is_a_failure_and_holds_up_nobody()
    {
        var sweep = _bench.Add("a", 10);
        var first = true;
        _bench.Cluster.Completing = completion =>
        {
            if (completion.Result.Status == CellStatus.Failed || !first) return;
            first = false;
            throw new GridException("no room for such a thing");
        };
        _bench.Start();
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 10 * Second);
        Assert.Equal((9, 1), (sweep.Tracker.Progress.Done, sweep.Tracker.Progress.Failed));
        var failed = Assert.Single(_bench.Cluster.Kept.Values, r => r.Status == CellStatus.Failed);
        Assert.Contains("no room for such a thing", failed.Error);
        Assert.Equal(FailureKind.Refused, failed.Failure);
        Assert.Equal(0, _bench.Outbox.Count);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Results_wait_on_disk_while_their_cells_cannot_keep_them_and_are_counted_once(bool isFull)
    {
        if (isFull) _bench.FillDisk();
        var sweep = _bench.Add("a", 5);
        var away = true;
        _bench.Cluster.Completing = _ =>
        {
            if (away) throw new GridException("the storage is away", isPassing: true);
        };
        _bench.Start();
        _bench.Time.Until(() => _bench.Outbox.Count == 5, 10 * Second);
        _bench.Time.Pass(60 * Second);
        Assert.Equal((0, 5), (sweep.Tracker.Progress.Done, sweep.Tracker.Progress.Leased));
        // Once for each result, however long it waits.
        Assert.Equal(isFull ? 10 : 5, _bench.Told.Lines.Count);
        away = false;
        _bench.Time.Until(() => sweep.Tracker.Progress.IsFinished, 10 * Second);
        Assert.Equal((5, 5, 0), (_bench.Cluster.Kept.Count, _bench.Cells.Begun.Count, _bench.Outbox.Count));
        Assert.Empty(sweep.Tracker.Faults);
    }

    [Fact]
    public void What_an_earlier_life_left_is_brought_to_its_cells_and_what_is_refused_stands_in_nobodys_way()
    {
        var records = Enumerable.Range(0, 3).Select(i => Make.Done(i)).ToList();
        foreach (var record in records) _bench.Outbox.Put(new(record.Cell, record.Result));
        _bench.Cluster.Completing = completion =>
        {
            if (completion.Result.Cell == records[1].Result.Cell) throw new GridException("of another cell");
        };
        var replay = _bench.Time.Do(() => _bench.Results.Replay(CancellationToken.None));
        _bench.Time.Until(() => replay.IsCompletedSuccessfully, Second);
        Assert.Equal((2, 0), (_bench.Cluster.Kept.Count, _bench.Outbox.Count));
        Assert.Empty(_bench.Outbox.Left());
    }
}
