using FsCheck;
using FsCheck.Fluent;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tracking;

namespace Grid.Sweeps.Tests.Tracking;

public partial class SweepTrackerTests
{
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    readonly HandClock _clock = new();

    static List<Group> Groups(int count, int size) =>
        [.. Enumerable.Range(0, count).Select(g => new Group(g, [.. Enumerable.Range(g * size, size)]))];

    SweepTracker Tracker(int groups, int size) => new(Groups(groups, size), groups * size, LeaseTime, _clock);

    [Fact]
    public void Groups_are_leased_in_order_and_once()
    {
        var tracker = Tracker(3, 2);
        Assert.Equal([0, 1, 2], new[] { tracker.Next()!.Group, tracker.Next()!.Group, tracker.Next()!.Group });
        Assert.Null(tracker.Next());
        Assert.Equal(new Progress(6, Pending: 0, Leased: 6, Done: 0, Failed: 0), tracker.Progress);
    }

    [Fact]
    public void Groups_count_as_unfinished_whoever_holds_them_until_their_last_cell_is_done()
    {
        var tracker = Tracker(4, 2);
        var (first, second, third) = (tracker.Next()!, tracker.Next()!, tracker.Next()!);
        tracker.Release(second.Group, second.Token, wait: TimeSpan.FromSeconds(5));
        tracker.Complete(0);
        Assert.Equal(4, tracker.UnfinishedGroups);

        tracker.Complete(1);
        tracker.Fail(4, third.Token);
        tracker.Fail(5, third.Token);
        Assert.Equal(2, tracker.UnfinishedGroups);

        // A lease that ran out is on record still when its group is open again, and counts once.
        _clock.Advance(LeaseTime + LeaseTime);
        while (tracker.Next() is not null) { }
        Assert.Equal(2, tracker.UnfinishedGroups);
        Assert.Equal(first.Group, tracker.GroupOf(0));
    }

    [Fact]
    public void A_lease_names_only_the_cells_that_are_left()
    {
        var tracker = Tracker(1, 3);
        tracker.Complete(1);
        Assert.Equal([0, 2], tracker.Next()!.Cells);
    }

    [Fact]
    public void A_group_whose_cells_are_known_is_never_leased()
    {
        var tracker = Tracker(2, 2);
        tracker.Complete(0);
        tracker.Fail(1);
        Assert.Equal(1, tracker.Next()!.Group);
        Assert.Null(tracker.Next());
    }

    [Fact]
    public void An_expired_lease_is_handed_out_again_with_a_new_token()
    {
        var tracker = Tracker(1, 2);
        var first = tracker.Next()!;
        _clock.Advance(LeaseTime - TimeSpan.FromTicks(1));
        Assert.Null(tracker.Next());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(new Progress(2, Pending: 2, Leased: 0, Done: 0, Failed: 0), tracker.Progress);
        var second = tracker.Next()!;
        Assert.True(second.Token > first.Token);
        Assert.Null(tracker.Renew(0, first.Token));
        Assert.False(tracker.Release(0, first.Token));
        Assert.NotNull(tracker.Renew(0, second.Token));
    }

    [Fact]
    public void A_renewed_lease_lasts()
    {
        var tracker = Tracker(1, 2);
        var lease = tracker.Next()!;
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(LeaseTime / 2);
            Assert.Null(tracker.Next());
            Assert.NotNull(tracker.Renew(0, lease.Token));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Setting_the_clock_ends_no_lease_and_none_lasts_longer_for_it(int days)
    {
        var tracker = Tracker(1, 2);
        tracker.Next();
        _clock.Set(TimeSpan.FromDays(days));
        Assert.Equal(new Progress(2, Pending: 0, Leased: 2, Done: 0, Failed: 0), tracker.Progress);
        Assert.Null(tracker.Next());
        _clock.Advance(LeaseTime);
        var lease = tracker.Next()!;

        tracker.Release(0, lease.Token, wait: TimeSpan.FromSeconds(5));
        _clock.Set(TimeSpan.FromDays(days));
        Assert.Null(tracker.Next());
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(tracker.Next());
    }

    [Fact]
    public void A_late_renewal_holds_if_nobody_took_the_group()
    {
        var tracker = Tracker(2, 1);
        var lease = tracker.Next()!;
        _clock.Advance(2 * LeaseTime);
        Assert.Equal(2, tracker.Progress.Pending);
        Assert.NotNull(tracker.Renew(0, lease.Token));
        Assert.Equal(1, tracker.Next()!.Group);
        Assert.Null(tracker.Next());
    }

    [Fact]
    public void A_completion_under_an_old_token_is_accepted_once()
    {
        var tracker = Tracker(1, 2);
        var late = tracker.Next()!;
        _clock.Advance(LeaseTime);
        var current = tracker.Next()!;
        Assert.True(tracker.Complete(late.Cells[0]));
        Assert.False(tracker.Complete(current.Cells[0]));
        Assert.True(tracker.Complete(1));
        Assert.True(tracker.Progress.IsFinished);
        Assert.Null(tracker.Renew(0, current.Token));
    }

    [Fact]
    public void A_released_group_comes_back_first_with_what_is_left()
    {
        var tracker = Tracker(3, 2);
        var lease = tracker.Next()!;
        tracker.Next();
        tracker.Complete(0);
        Assert.True(tracker.Release(0, lease.Token));
        Assert.False(tracker.Release(0, lease.Token));
        Assert.Null(tracker.Renew(0, lease.Token));
        var again = tracker.Next()!;
        Assert.Equal(0, again.Group);
        Assert.Equal([1], again.Cells);
    }

    [Fact]
    public void A_preferred_group_goes_first()
    {
        var tracker = Tracker(4, 1);
        Assert.Equal(2, tracker.Next(g => g == 2 ? 0 : 1)!.Group);
        Assert.Equal(0, tracker.Next(g => g == 2 ? 0 : 1)!.Group);
        Assert.Equal(3, tracker.Next(g => g > 1 ? 0 : 1)!.Group);
    }

    [Fact]
    public void A_lease_without_limit_never_runs_out()
    {
        var tracker = new SweepTracker(Groups(1, 1), 1, Timeout.InfiniteTimeSpan, _clock);
        tracker.Next();
        _clock.Advance(TimeSpan.FromDays(1000));
        Assert.Null(tracker.Next());
    }

    [Fact]
    public void Groups_that_overlap_or_leave_a_cell_out_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SweepTracker([new(0, [0]), new(1, [0])], 1, LeaseTime, _clock));
        Assert.Throws<ArgumentException>(() => new SweepTracker([new(0, [0])], 2, LeaseTime, _clock));
        Assert.Throws<ArgumentException>(() => new SweepTracker([new(1, [0])], 1, LeaseTime, _clock));
    }

    [Fact]
    public void A_tracker_takes_a_few_bytes_a_cell()
    {
        var groups = Groups(20_000, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tracker = new SweepTracker(groups, 200_000, LeaseTime, _clock);
        // A cell's group is an int; the runtime counts in chunks of some kilobytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 4 * 200_000, 6 * 200_000);
        GC.KeepAlive(tracker);
    }

    // Reports are (cell, done?) in any order and number; the end state is the best report of each cell.
    [Fact]
    public void Reports_in_any_order_and_number_end_in_the_same_state() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 19).Two().Select(t => (Cell: t.Item1, Done: t.Item2 % 2 == 0)).ListOf()), reports =>
        {
            var (forward, backward) = (Tracker(5, 4), Tracker(5, 4));
            foreach (var r in reports) Report(forward, r);
            foreach (var r in Enumerable.Reverse(reports).Concat(reports)) Report(backward, r);
            for (var cell = 0; cell < 20; cell++)
            {
                var mine = reports.Where(r => r.Cell == cell).ToList();
                var best = mine.Count == 0 ? CellStatus.Pending : mine.Any(r => r.Done) ? CellStatus.Done : CellStatus.Failed;
                if (forward[cell] != best || backward[cell] != best) return false;
            }
            return forward.Progress == backward.Progress;
        }).QuickCheckThrowOnFailure();

    static void Report(SweepTracker tracker, (int Cell, bool Done) report) =>
        _ = report.Done ? tracker.Complete(report.Cell) : tracker.Fail(report.Cell);

    // A random history against a plain model: which lease is alive, and till when.
    [Fact]
    public void No_group_is_leased_twice_at_a_time_and_none_is_lost() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, 9999).ListOf()), steps =>
        {
            var clock = new HandClock();
            var tracker = new SweepTracker(Groups(4, 3), 12, LeaseTime, clock);
            var alive = new Dictionary<int, (long Token, long Until)>();
            var issued = new List<Lease>();
            foreach (var step in steps)
            {
                var (what, which) = (step % 7, step / 7);
                switch (what)
                {
                    case 0 or 1:
                        var lease = tracker.Next(which % 2 == 0 ? null : g => g == which % 4 ? 0 : 1);
                        if (lease is null)
                        {
                            // Refused only if every group is leased or finished.
                            for (var g = 0; g < 4; g++)
                                if (!Alive(g) && Enumerable.Range(g * 3, 3).Any(c => tracker[c] == CellStatus.Pending)) return false;
                            break;
                        }
                        if (Alive(lease.Group) || lease.Cells.Count == 0 || lease.Cells.Any(c => tracker[c] != CellStatus.Running))
                            return false;
                        alive[lease.Group] = (lease.Token, Until());
                        issued.Add(lease);
                        break;
                    case 2:
                        clock.Set(TimeSpan.FromHours(which % 9 - 4));
                        clock.Advance(LeaseTime / (1 + which % 4));
                        break;
                    case 3 when issued.Count > 0:
                        var old = issued[which % issued.Count];
                        var renewed = tracker.Renew(old.Group, old.Token);
                        if (renewed is not null && alive.GetValueOrDefault(old.Group).Token != old.Token) return false;
                        if (renewed is not null) alive[old.Group] = (renewed.Token, Until());
                        break;
                    case 4 when issued.Count > 0:
                        old = issued[which % issued.Count];
                        if (tracker.Release(old.Group, old.Token)) alive.Remove(old.Group);
                        break;
                    case 5:
                        tracker.Complete(which % 12);
                        break;
                    case 6:
                        if (which % 5 == 0) tracker.RetryFailed();
                        else tracker.Fail(which % 12, issued.Count == 0 ? null : issued[which % issued.Count].Token);
                        break;
                }
                // A lease ends with the last cell of its group.
                for (var g = 0; g < 4; g++)
                    if (Enumerable.Range(g * 3, 3).All(c => tracker[c] is CellStatus.Done or CellStatus.Failed)) alive.Remove(g);
                var p = tracker.Progress;
                var counts = Enumerable.Range(0, 12).CountBy(c => tracker[c]).ToDictionary();
                if (p != new Progress(12, Count(CellStatus.Pending), Count(CellStatus.Running), Count(CellStatus.Done),
                    Count(CellStatus.Failed))) return false;

                int Count(CellStatus s) => counts.GetValueOrDefault(s);
            }
            // Whatever happened, the sweep can be finished.
            clock.Advance(LeaseTime);
            while (tracker.Next() is { } rest)
                foreach (var cell in rest.Cells) tracker.Complete(cell);
            return tracker.Progress.IsFinished;

            bool Alive(int group) => alive.TryGetValue(group, out var l) && l.Until > clock.GetTimestamp();

            long Until() => clock.GetTimestamp() + LeaseTime.Ticks;
        }).QuickCheckThrowOnFailure();
}
