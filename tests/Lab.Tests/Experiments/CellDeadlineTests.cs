using Grid.Lab.Experiments;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Experiments;

public sealed class CellDeadlineTests
{
    static readonly CellId[] Cells = [
        .. new[] { 0, 0.1, 0.2, 0.3 }.Select(strength => TestLaboratory.Id(TestLaboratory.Small("pgd", "none", strength)))];

    readonly HandClock _clock = new();
    readonly List<CellId> _reported = [];
    readonly List<(CellId Cell, TimeSpan Took)> _overran = [];
    readonly List<int> _calls = [];

    /// <summary>Cells one after the other, each in so many minutes; the token is looked at every minute.</summary>
    void RunOneByOne(params int[] minutes) => Run((cells, reported, ct) =>
    {
        foreach (var cell in cells)
        {
            Pass(minutes[Array.IndexOf(Cells, cell)], ct);
            Report(cell, reported);
        }
    });

    void Run(CellDeadline.Work work, CancellationToken ct = default) => new CellDeadline(TimeSpan.FromMinutes(20), _clock).Run(
        Cells,
        (cells, reported, token) =>
        {
            _calls.Add(cells.Count);
            work(cells, reported, token);
        }, (cell, took) => _overran.Add((cell, took)), ct);

    void Pass(int minutes, CancellationToken ct)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            ct.ThrowIfCancellationRequested();
        }
    }

    void Report(CellId cell, Action<CellId> reported)
    {
        _reported.Add(cell);
        reported(cell);
    }

    [Fact]
    public void Cells_within_the_limit_run_as_one_group_however_long_they_take_together()
    {
        RunOneByOne(19, 19, 19, 19);

        Assert.Equal(Cells, _reported);
        Assert.Equal([4], _calls);
        Assert.Empty(_overran);
    }

    [Fact]
    public void A_cell_that_overruns_is_named_and_the_others_go_on()
    {
        RunOneByOne(5, 30, 5, 5);

        Assert.Equal([Cells[0], Cells[2], Cells[3]], _reported);
        Assert.Equal([(Cells[1], TimeSpan.FromMinutes(20))], _overran);
        Assert.Equal([4, 2], _calls);
    }

    [Fact]
    public void Cells_measured_side_by_side_are_measured_alone_before_any_is_failed()
    {
        Run((cells, reported, ct) =>
        {
            Pass(cells.Sum(cell => cell == Cells[2] ? 25 : 8), ct);
            foreach (var cell in cells) Report(cell, reported);
        });

        Assert.Equal([4, 1, 1, 1, 1], _calls);
        Assert.Equal([Cells[0], Cells[1], Cells[3]], _reported);
        Assert.Equal([(Cells[2], TimeSpan.FromMinutes(20))], _overran);
    }

    [Fact]
    public void A_report_as_the_time_runs_out_clears_its_cell_and_the_next()
    {
        Run((cells, reported, ct) =>
        {
            foreach (var cell in cells)
            {
                // Cell 1 does not look at the token.
                Pass(cell == Cells[1] ? 21 : 1, cell == Cells[1] ? default : ct);
                Report(cell, reported);
            }
        });

        Assert.Equal(Cells, _reported);
        Assert.Empty(_overran);
        Assert.Equal([4, 2], _calls);
    }

    [Fact]
    public void Cancellation_from_outside_ends_the_call_and_fails_nothing()
    {
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Run((_, _, ct) =>
        {
            stop.Cancel();
            ct.ThrowIfCancellationRequested();
        }, stop.Token));

        Assert.Empty(_overran);
        Assert.Equal([4], _calls);
    }

    [Fact]
    public void Without_a_limit_the_cells_run_once_under_the_callers_token()
    {
        using var stop = new CancellationTokenSource();
        new CellDeadline(null, _clock).Run(Cells, (cells, _, ct) =>
        {
            _clock.Advance(TimeSpan.FromDays(100));
            Assert.Equal(stop.Token, ct);
            _reported.AddRange(cells);
        }, (_, _) => Assert.Fail("There is no limit."), stop.Token);

        Assert.Equal(Cells, _reported);
    }

    [Fact]
    public void The_reason_names_the_limit_and_its_key() =>
        Assert.Equal("took longer than 20m (limits.timeout)", new CellDeadline(TimeSpan.FromMinutes(20), _clock).Reason);

    /// <summary>Stands still until it is put forward, and then fires what has become due.</summary>
    sealed class HandClock : TimeProvider
    {
        readonly List<Alarm> _alarms = [];
        TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan by)
        {
            _now += by;
            foreach (var alarm in _alarms.Where(a => a.Due <= _now).ToList()) alarm.Ring();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var alarm = new Alarm(this, () => callback(state));
            alarm.Change(dueTime, period);
            _alarms.Add(alarm);
            return alarm;
        }

        sealed class Alarm(HandClock clock, Action ring) : ITimer
        {
            public TimeSpan? Due { get; private set; }

            public void Ring()
            {
                Due = null;
                ring();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Due = dueTime < TimeSpan.Zero ? null : clock._now + dueTime;
                return true;
            }

            public void Dispose() => Due = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
