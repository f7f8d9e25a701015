using Grid.Sweeps.Statistics;
using MathNet.Numerics.Distributions;

namespace Grid.Sweeps.Tests.Statistics;

/// <summary>How often the interval of a true positive rate at a fixed false positive rate holds the truth, where members score normally
/// about a mean of their own.</summary>
public class FixedFalsePositivesTests
{
    static readonly double[] Rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

    // The members' interval alone holds it 44 (mean 2.5) to 88 times in a hundred (mean 0).
    [Theory]
    [InlineData(0, 1000, 0.01)]
    [InlineData(1, 1000, 0.01)]
    [InlineData(2.5, 1000, 0.01)]
    [InlineData(1, 200, 0.05)]
    [InlineData(1, 1000, 0.001)]
    [InlineData(0.3, 2000, 0.01)]
    public void It_holds_the_truth_whatever_the_threshold(double mean, int count, double at)
    {
        const int Worlds = 400;
        var (random, truth, held) = (new Random(3), 1 - Normal.CDF(mean, 1, Normal.InvCDF(0, 1, 1 - at)), 0);
        for (var world = 0; world < Worlds; world++)
        {
            var curve = Curve(random, mean, count);
            var (low, high) = FixedFalsePositives.Of(curve, at, curve.Single(p => p.FalsePositives == at).Found, count, count);
            if (low <= truth && truth <= high) held++;
        }

        Assert.InRange(held / (double)Worlds, 0.94 - 2 * Math.Sqrt(0.95 * 0.05 / Worlds), 1);
    }

    [Fact]
    public void It_is_no_wider_than_the_threshold_makes_it()
    {
        // 100 of 10,000 others decide the threshold, give or take 20: between .8 and 1.2 % the curve rises by .04.
        (double, double)[] curve = [(0.005, 0.20), (0.01, 0.25), (0.02, 0.35)];
        var (low, high) = FixedFalsePositives.Of(curve, 0.01, 0.25, 10_000, 10_000);
        Assert.InRange(low, 0.225, 0.235);
        Assert.InRange(high, 0.265, 0.275);
    }

    static (double FalsePositives, double Found)[] Curve(Random random, double mean, int count)
    {
        var members = Enumerable.Range(0, count).Select(_ => Normal.Sample(random, mean, 1)).Order().ToArray();
        var others = Enumerable.Range(0, count).Select(_ => Normal.Sample(random, 0, 1)).Order().ToArray();
        return [.. Rates.Select(rate =>
        {
            var threshold = others[^((int)Math.Floor(rate * count + 1e-9) + 1)];
            return (rate, members.Count(m => m > threshold) / (double)count);
        })];
    }
}
