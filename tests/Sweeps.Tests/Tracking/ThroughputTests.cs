using Grid.Sweeps.Tracking;

namespace Grid.Sweeps.Tests.Tracking;

public class ThroughputTests
{
    readonly HandClock _clock = new();

    Throughput Throughput => field ??= new(_clock);

    [Fact]
    public void At_the_very_beginning_it_is_0_and_in_the_first_second_no_more_than_was_counted()
    {
        Assert.Equal(0, Throughput.PerSecond);
        Throughput.Add(7);
        Assert.Equal(0, Throughput.PerSecond);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(7, Throughput.PerSecond);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(59)]
    public void Something_steady_is_told_as_it_is(int seconds)
    {
        _ = Throughput;
        for (var second = 0; second < 600; second++)
        {
            if (second % seconds == 0) Throughput.Add(seconds);
            _clock.Advance(TimeSpan.FromSeconds(1));
            // A minute is seen by slots of five seconds, the newest of which has only begun.
            if (second >= 120) Assert.InRange(Throughput.PerSecond, 1 - ((5.0 + seconds) / 60), 1 + (seconds / 60.0));
        }
    }

    [Fact]
    public void What_is_older_than_a_minute_is_forgotten_slot_by_slot()
    {
        _ = Throughput;
        Throughput.Add(60);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Throughput.Add(60);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(120 / 59.0, Throughput.PerSecond);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Throughput.PerSecond);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, Throughput.PerSecond);
    }

    [Fact]
    public void A_long_silence_leaves_nothing_behind()
    {
        _ = Throughput;
        Throughput.Add(1000);
        _clock.Advance(TimeSpan.FromHours(3) + TimeSpan.FromSeconds(2));
        Assert.Equal(0, Throughput.PerSecond);
        Throughput.Add(60);
        Assert.Equal(1, Throughput.PerSecond);
    }
}
