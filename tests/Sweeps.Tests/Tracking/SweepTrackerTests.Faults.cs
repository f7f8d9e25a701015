using FsCheck;
using FsCheck.Fluent;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tracking;

namespace Grid.Sweeps.Tests.Tracking;

/// <summary>Cells that fail, and groups that end by a fault.</summary>
public partial class SweepTrackerTests
{
    [Fact]
    public void Failed_cells_are_retried_on_request_only()
    {
        var tracker = Tracker(2, 2);
        var lease = tracker.Next()!;
        tracker.Complete(0);
        Assert.True(tracker.Fail(1, lease.Token));
        tracker.Complete(2);
        tracker.Complete(3);
        Assert.Null(tracker.Next());
        Assert.Equal(new Progress(4, 0, 0, Done: 3, Failed: 1), tracker.Progress);
        Assert.Equal(1, tracker.RetryFailed());
        Assert.Equal([1], tracker.Next()!.Cells);
    }

    [Fact]
    public void A_failure_from_before_a_retry_is_ignored_and_a_success_is_not()
    {
        var tracker = Tracker(1, 2);
        var old = tracker.Next()!;
        tracker.Fail(0, old.Token);
        tracker.RetryFailed();
        Assert.False(tracker.Fail(0, old.Token));
        Assert.Equal(CellStatus.Running, tracker[0]);
        Assert.True(tracker.Complete(0));
        Assert.Equal(CellStatus.Done, tracker[0]);
    }

    [Fact]
    public void A_cell_retried_while_its_group_runs_is_leased_after_the_release()
    {
        var tracker = Tracker(1, 2);
        var lease = tracker.Next()!;
        tracker.Fail(0, lease.Token);
        tracker.RetryFailed();
        Assert.Null(tracker.Next());
        tracker.Complete(1);
        tracker.Release(0, lease.Token);
        Assert.Equal([0], tracker.Next()!.Cells);
    }

    [Fact]
    public void A_success_replaces_a_failure_and_never_the_other_way_round()
    {
        var tracker = Tracker(1, 1);
        tracker.Fail(0);
        tracker.Complete(0);
        Assert.False(tracker.Fail(0));
        Assert.Equal(new Progress(1, 0, 0, Done: 1, Failed: 0), tracker.Progress);
    }

    [Fact]
    public void A_tracker_rebuilt_after_a_restart_honours_the_leases_of_the_one_before()
    {
        var running = Tracker(2, 1).Next()!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        var rebuilt = Tracker(2, 1);
        Assert.NotNull(rebuilt.Renew(running.Group, running.Token));
        var next = rebuilt.Next()!;
        Assert.Equal(1, next.Group);
        Assert.True(next.Token > running.Token);
        Assert.Null(rebuilt.Next());
    }

    [Fact]
    public void A_released_group_that_waits_is_left_alone_until_its_time_has_come()
    {
        var tracker = Tracker(1, 2);
        var lease = tracker.Next()!;
        Assert.True(tracker.Release(0, lease.Token, TimeSpan.FromSeconds(5)));
        Assert.Equal(new Progress(2, Pending: 2, Leased: 0, Done: 0, Failed: 0), tracker.Progress);
        _clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.Null(tracker.Next());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, tracker.Next()!.Attempt);
    }

    [Fact]
    public void A_retry_ends_the_waiting()
    {
        var tracker = Tracker(1, 2);
        tracker.Release(0, tracker.Next()!.Token, TimeSpan.FromHours(1), fault: true);
        Assert.Null(tracker.Next());
        tracker.RetryFailed();
        // With all its attempts before it.
        Assert.Equal(1, tracker.Next()!.Attempt);
    }

    [Fact]
    public void Faults_and_leases_that_run_out_make_the_next_attempt_and_a_new_map_of_faults()
    {
        var tracker = Tracker(2, 1);
        var none = tracker.Faults;
        tracker.Release(0, tracker.Next()!.Token);
        Assert.Same(none, tracker.Faults);
        tracker.Release(0, tracker.Next()!.Token, fault: true);
        Assert.Equal([KeyValuePair.Create(0, 1)], tracker.Faults);
        Assert.NotSame(none, tracker.Faults);

        var second = tracker.Next()!;
        Assert.Equal(2, second.Attempt);
        tracker.Renew(0, second.Token);
        _clock.Advance(LeaseTime);
        Assert.Equal(3, tracker.Next()!.Attempt);
        Assert.Equal([KeyValuePair.Create(0, 2)], tracker.Faults);
    }

    // Its answer was lost, or a write that failed kept it from being sent: nobody has tried the group.
    [Fact]
    public void A_lease_that_never_arrived_is_no_attempt_however_often_it_runs_out()
    {
        var tracker = Tracker(1, 1);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, tracker.Next()!.Attempt);
            _clock.Advance(LeaseTime);
        }

        Assert.Empty(tracker.Faults);
        var arrived = tracker.Next()!;
        tracker.Renew(0, arrived.Token);
        _clock.Advance(LeaseTime);
        Assert.Equal(2, tracker.Next()!.Attempt);
    }

    [Fact]
    public void A_lease_of_the_tracker_before_that_is_renewed_has_arrived()
    {
        var running = Tracker(1, 1).Next()!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        var rebuilt = Tracker(1, 1);
        rebuilt.Renew(0, running.Token);
        _clock.Advance(LeaseTime);
        Assert.Equal(2, rebuilt.Next()!.Attempt);
    }

    // The report of the fault was taken in, its answer was lost with the coordinator, and the worker renews and reports again.
    [Fact]
    public void A_fault_that_two_trackers_hear_of_is_one_attempt()
    {
        var before = Tracker(1, 1);
        var lease = before.Next()!;
        before.Renew(0, lease.Token, lease.Attempt);
        before.Release(0, lease.Token, fault: true);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var rebuilt = new SweepTracker(Groups(1, 1), 1, LeaseTime, _clock, before.Faults);

        rebuilt.Renew(0, lease.Token, lease.Attempt);
        rebuilt.Release(0, lease.Token, fault: true);

        Assert.Equal([KeyValuePair.Create(0, 1)], rebuilt.Faults);
        Assert.Equal(2, rebuilt.Next()!.Attempt);
    }

    [Fact]
    public void The_fault_of_a_group_that_is_finished_does_not_count()
    {
        var tracker = Tracker(1, 1);
        var lease = tracker.Next()!;
        tracker.Complete(0);
        Assert.False(tracker.Release(0, lease.Token, fault: true));
        Assert.Empty(tracker.Faults);
    }

    [Fact]
    public void A_tracker_knows_the_faults_of_the_one_before()
    {
        var tracker = new SweepTracker(Groups(2, 1), 2, LeaseTime, _clock, new Dictionary<int, int> { [1] = 4 });
        Assert.Equal((1, 5), (tracker.Next()!.Attempt, tracker.Next()!.Attempt));
    }

    [Fact]
    public void When_leases_are_ended_their_groups_are_open_and_nobody_may_renew()
    {
        var tracker = Tracker(2, 1);
        var lease = tracker.Next()!;
        tracker.EndLeases();
        Assert.False(tracker.IsLeased(0));
        Assert.Null(tracker.Renew(0, lease.Token));
        Assert.Equal((0, 1), (tracker.Next()!.Group, 1 + tracker.Faults.Count));
    }
}
