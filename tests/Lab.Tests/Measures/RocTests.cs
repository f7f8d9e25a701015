using Grid.Compute.Random;
using Grid.Lab.Measures;
using Grid.Sweeps.Statistics;

namespace Grid.Lab.Tests.Measures;

public sealed class RocTests
{
    /// <summary>With many equal scores.</summary>
    static (double[] Positives, double[] Negatives) Draw(ulong seed)
    {
        var draws = new PhiloxStream(seed, "scores");
        return ([.. Enumerable.Range(0, 37).Select(_ => (double)(2 + draws.NextInt(9)))],
            [.. Enumerable.Range(0, 53).Select(_ => (double)draws.NextInt(10))]);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void The_area_is_the_share_of_pairs_in_the_right_order_equals_counted_half(ulong seed)
    {
        var (positives, negatives) = Draw(seed);
        var pairs = from p in positives from n in negatives select p > n ? 1 : p == n ? 0.5 : 0;
        Assert.Equal(pairs.Average(), new Roc(positives, negatives).Auc, 1e-12);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void The_rate_at_few_false_positives_is_the_best_of_all_thresholds_that_keep_to_it(ulong seed)
    {
        var (positives, negatives) = Draw(seed);
        var roc = new Roc(positives, negatives);
        foreach (var rate in new[] { 0, 0.001, 0.01, 0.02, 0.1, 0.5, 1 })
        {
            var best = positives.Concat(negatives).Append(double.PositiveInfinity)
                .Where(t => negatives.Count(n => n >= t) <= rate * negatives.Length)
                .Max(t => positives.Count(p => p >= t));
            Assert.Equal(best, roc.TruePositivesAt(rate));
        }

        foreach (var threshold in new[] { -1, 3, 4.5, 20 })
            Assert.Equal((positives.Count(p => p >= threshold), negatives.Count(n => n >= threshold)), roc.At(threshold));
    }

    [Fact]
    public void One_in_a_thousand_of_a_thousand_is_one() =>
        Assert.Equal(2, new Roc([998.5, 999.5], Enumerable.Range(0, 1000).Select(i => (double)i)).TruePositivesAt(0.001));

    [Fact]
    public void The_standard_error_is_the_spread_of_the_area_over_many_draws()
    {
        List<Roc> rocs = [];
        for (var trial = 0UL; trial < 2000; trial++)
        {
            var values = new float[100];
            new PhiloxStream(7, "trial", trial).FillNormal(values, 0, 1);
            rocs.Add(new(values.Take(60).Select(v => v + 0.7), values.Skip(60).Select(v => 2.0 * v)));
        }

        var mean = rocs.Average(r => r.Auc);
        var spread = Math.Sqrt(rocs.Average(r => (r.Auc - mean) * (r.Auc - mean)));
        Assert.Equal(spread, rocs.Average(r => r.StandardError), 0.05 * spread);
        // Phi(0.7 / sqrt(1 + 4)).
        Assert.Equal(0.6229, mean, 0.005);
    }

    [Theory]
    [InlineData(50, 0.6, 1)]
    [InlineData(50, 0.95, 3)]
    [InlineData(20, 0.99, 1)]
    [InlineData(200, 0.99, 3)]
    public void The_interval_holds_the_area_as_often_as_it_says(int count, double area, double spread)
    {
        var shift = (float)(Intervals.NormalQuantile(area) * Math.Sqrt(1 + spread * spread));
        var covered = 0;
        for (var trial = 0UL; trial < 1000; trial++)
        {
            var values = new float[2 * count];
            new PhiloxStream(11, "trial", trial).FillNormal(values, 0, 1);
            var (low, high) =
                new Roc(values.Take(count).Select(v => shift + (spread * v)), values.Skip(count).Select(v => (double)v)).Interval;
            if (low <= area && area <= high) covered++;
        }

        // Less two standard errors of 1,000 trials.
        Assert.InRange(covered / 1000.0, 0.926, 1);
    }

    [Fact]
    public void Sets_that_do_not_overlap_leave_doubt()
    {
        var (low, high) = new Roc([3, 4, 5], [0, 1, 2]).Interval;
        Assert.InRange(low, 0.3, 0.9);
        Assert.Equal(1, high);
    }
}
