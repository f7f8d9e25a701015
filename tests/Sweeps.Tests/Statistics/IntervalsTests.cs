using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Tests.Statistics;

public class IntervalsTests
{
    // Newcombe 1998, Statistics in Medicine 17:857, table I, methods 3 (Wilson) and 5 (Clopper-Pearson).
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_gives_the_published_intervals(int successes, int count, double low, double high) =>
        Near(new(low, high), Intervals.Wilson(successes, count), 5e-5);

    [Theory]
    [InlineData(81, 263, 0.2527, 0.3676)]
    [InlineData(15, 148, 0.0578, 0.1617)]
    [InlineData(0, 20, 0.0000, 0.1684)]
    [InlineData(1, 29, 0.0009, 0.1776)]
    public void Clopper_Pearson_gives_the_published_intervals(int successes, int count, double low, double high) =>
        Near(new(low, high), Intervals.ClopperPearson(successes, count), 5e-5);

    // The six published FRIENDS cells, 200 trials each.
    [Theory]
    [InlineData(33, 0.116, 0.224)]
    [InlineData(47, 0.178, 0.300)]
    [InlineData(18, 0.054, 0.139)]
    [InlineData(16, 0.046, 0.127)]
    [InlineData(6, 0.011, 0.064)]
    [InlineData(2, 0.001, 0.036)]
    public void Clopper_Pearson_gives_the_intervals_of_the_FRIENDS_table(int successes, double low, double high) =>
        Near(new(low, high), Intervals.ClopperPearson(successes, 200), 6e-4);

    [Theory]
    [InlineData(99_999, 100_000)]
    [InlineData(500, 100_000)]
    [InlineData(50_000, 100_000)]
    public void Clopper_Pearson_is_exact_for_a_hundred_thousand_draws(int successes, int count)
    {
        var (low, high) = Intervals.ClopperPearson(successes, count);
        Assert.Equal(0.975, MathNet.Numerics.Distributions.Binomial.CDF(low, count, successes - 1), 1e-6);
        Assert.Equal(0.025, MathNet.Numerics.Distributions.Binomial.CDF(high, count, successes), 1e-6);
    }

    [Fact]
    public void Tango_bounds_the_difference_where_no_pair_differs()
    {
        const double z2 = 1.959963984540054 * 1.959963984540054;
        Near(new(-z2 / (2000 + z2), z2 / (2000 + z2)), Intervals.Tango(0, 0, 2000), 1e-9);
    }

    [Theory]
    [InlineData(10, 3, 50)]
    [InlineData(46, 0, 10_000)]
    [InlineData(50, 0, 50)]
    [InlineData(20, 20, 40)]
    public void Tango_holds_the_difference_and_mirrors(int a, int b, int n)
    {
        var (low, high) = Intervals.Tango(a, b, n);
        Assert.InRange((a - b) / (double)n, low, high);
        var mirrored = Intervals.Tango(b, a, n);
        Near(new(-high, -low), mirrored, 1e-9);
    }

    // Pairs of which 6 % succeed only in the first and 2 % only in the second: the true difference is .04.
    [Fact]
    public void Tango_covers_the_true_difference_of_pairs_as_often_as_it_says()
    {
        var random = new System.Random(1);
        var covered = 0;
        for (var i = 0; i < 2000; i++)
        {
            var (a, b) = (0, 0);
            for (var j = 0; j < 200; j++)
            {
                var u = random.NextDouble();
                if (u < 0.06) a++;
                else if (u < 0.08) b++;
            }

            var (low, high) = Intervals.Tango(a, b, 200);
            if (low <= 0.04 && high >= 0.04) covered++;
        }

        Assert.InRange(covered / 2000.0, 0.935, 0.97);
    }

    [Fact]
    public void At_the_ends_the_bounds_are_closed_forms()
    {
        Assert.Equal(Math.Pow(0.025, 1e-5), Intervals.ClopperPearson(100_000, 100_000).Low, 1e-15);
        Assert.Equal(1, Intervals.ClopperPearson(7, 7).High);
        Assert.Equal(0, Intervals.Wilson(0, 1000).Low);
        Assert.Equal(1, Intervals.Wilson(1000, 1000).High);
        Assert.Equal(Interval.Unknown, Intervals.Wilson(0, 0));
    }

    // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(6, 7, 2, 7, 0.0582, 0.8062)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    [InlineData(10, 10, 0, 10, 0.6075, 1.0000)]
    public void Newcombe_gives_the_published_intervals_of_a_difference(int a, int m, int b, int n, double low, double high) =>
        Near(new(low, high), Intervals.Newcombe(a, m, b, n), 5e-5);

    // Darwin's maize: 15 differences in eighths of an inch; Fisher 1935 gives t = 2.148.
    [Fact]
    public void Student_t_agrees_with_a_worked_example()
    {
        double[] differences = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
        Near(new(0.0312, 41.8355), Intervals.StudentT(differences), 1e-3);
    }

    [Fact]
    public void One_value_says_nothing_about_its_spread() =>
        Assert.Equal(Interval.Unknown, Intervals.StudentT([0.5]).Clamp(0, 1));

    [Fact]
    public void Impossible_counts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Wilson(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.ClopperPearson(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Wilson(1, 2, confidence: 95));
    }

    // Coverage summed exactly over the binomial, so the bounds can be tight.
    [Theory]
    [InlineData(20, 0.3)]
    [InlineData(200, 0.09)]
    [InlineData(1000, 0.5)]
    public void Intervals_of_a_rate_cover_as_often_as_they_say(int count, double rate)
    {
        double wilson = 0, exact = 0;
        for (var k = 0; k <= count; k++)
        {
            var weight = MathNet.Numerics.Distributions.Binomial.PMF(rate, count, k);
            if (Covers(Intervals.Wilson(k, count), rate)) wilson += weight;
            if (Covers(Intervals.ClopperPearson(k, count), rate)) exact += weight;
        }
        Assert.InRange(wilson, 0.93, 0.98);
        Assert.InRange(exact, 0.95, 0.99);
    }

    [Fact]
    public void Intervals_of_a_mean_and_of_a_difference_cover_as_often_as_they_say()
    {
        const int repeats = 4000;
        var random = new Random(7);
        int mean = 0, difference = 0;
        for (var i = 0; i < repeats; i++)
        {
            var values = new double[5];
            for (var j = 0; j < values.Length; j++) values[j] = MathNet.Numerics.Distributions.Normal.Sample(random, 0.6, 0.1);
            if (Covers(Intervals.StudentT(values), 0.6)) mean++;
            if (Covers(Intervals.Newcombe(Hits(random, 60, 0.3), 60, Hits(random, 80, 0.1), 80), 0.2)) difference++;
        }
        // Four standard errors of 95 % over 4,000 repeats are 1.4 points.
        Assert.InRange((double)mean / repeats, 0.936, 0.964);
        Assert.InRange((double)difference / repeats, 0.936, 0.968);
    }

    static int Hits(Random random, int count, double rate) => Enumerable.Range(0, count).Count(_ => random.NextDouble() < rate);

    static bool Covers(Interval interval, double value) => interval.Low <= value && value <= interval.High;

    static void Near(Interval expected, Interval actual, double tolerance)
    {
        Assert.Equal(expected.Low, actual.Low, tolerance);
        Assert.Equal(expected.High, actual.High, tolerance);
    }

    [Fact]
    public void A_fair_coin_is_judged_exactly()
    {
        Assert.Equal(2.0 / 1024, Intervals.FairCoin(10, 10), 12);
        Assert.Equal(0.0568879, Intervals.FairCoin(60, 100), 6);
        Assert.Equal(Intervals.FairCoin(60, 100), Intervals.FairCoin(40, 100), 12);
        Assert.Equal(1, Intervals.FairCoin(50, 100));
        Assert.Equal(1, Intervals.FairCoin(0, 0));
    }

    [Fact]
    public void The_one_sided_bound_leaves_alpha_below()
    {
        Assert.Equal(Math.Pow(0.001, 1e-3), Intervals.AtLeast(1000, 1000, 0.001), 12);
        Assert.Equal(0.616, 0.25 * Intervals.NormalQuantile(Intervals.AtLeast(1000, 1000, 0.001)), 3);
        Assert.Equal(0, Intervals.AtLeast(0, 10, 0.001));
    }
}
