using Grid.Sweeps.Statistics;
using MathNet.Numerics.Distributions;

namespace Grid.Sweeps.Tests.Statistics;

/// <summary>Intervals of 95 % hold the truth at least 94 times in a hundred, at rates near 0 too.</summary>
public class CoverageTests
{
    const double Least = 0.94;

    static readonly double[] Rates = [0.001, 0.0017, 0.003, 0.0087, 0.02, 0.05, 0.1, 0.3, 0.5];

    public static TheoryData<int> Counts => [20, 50, 176, 1000];

    // Exact: summed over the binomial. 0.176 / count is where a score interval covers 84 %.
    [Theory, MemberData(nameof(Counts))]
    public void A_rate(int count)
    {
        var intervals = Enumerable.Range(0, count + 1).Select(k => Intervals.ClopperPearson(k, count)).ToList();
        foreach (var rate in Rates.Append(0.176 / count))
            Assert.InRange(Enumerable.Range(0, count + 1).Where(k => Covers(intervals[k], rate)).Sum(k => Binomial.PMF(rate, count, k)),
                0.95, 1.0000001);
    }

    [Theory, MemberData(nameof(Counts))]
    public void A_difference_of_pairs(int count)
    {
        foreach (var (first, second) in new[] { (0.001, 0), (0.176 / count, 0), (0.01, 0.01), (0.05, 0.01), (0.3, 0.1) })
        {
            Assert.InRange(Share(2000, random =>
            {
                var a = Binomial.Sample(random, first, count);
                return Covers(Intervals.Tango(a, Binomial.Sample(random, second / (1 - first), count - a), count), first - second);
            }), Least - Chance(2000), 1);
        }
    }

    [Theory, MemberData(nameof(Counts))]
    public void A_difference_of_independent_rates(int count)
    {
        foreach (var (p, q) in new[] { (0.001, 0.001), (0.01, 0.001), (0.1, 0.05), (0.5, 0.5), (0.5, 0.01) })
        {
            Assert.InRange(Share(2000, random =>
                Covers(Intervals.Newcombe(Binomial.Sample(random, p, count), count, Binomial.Sample(random, q, count), count), p - q)),
                Least - Chance(2000), 1);
        }
    }

    // Samples differ in how hard they are, and all seeds meet the same ones: Student's t alone holds the rate 1 to 90 times in a hundred.
    [Theory]
    [InlineData(2, 20, 0.1, 0.2)]
    [InlineData(3, 100, 0.001, 0.2)]
    [InlineData(3, 100, 0.5, 0.2)]
    [InlineData(3, 1000, 0.01, 0.2)]
    [InlineData(5, 100, 0.1, 1)]
    public void A_mean_over_seeds_that_share_their_samples(int seeds, int count, double rate, double evenness) =>
        Assert.InRange(Share(500, random =>
        {
            var right = new int[seeds];
            for (var i = 0; i < count; i++)
            {
                var ease = Beta.Sample(random, rate * evenness, (1 - rate) * evenness);
                for (var s = 0; s < seeds; s++)
                    if (random.NextDouble() < ease) right[s]++;
            }

            var rates = Array.ConvertAll(right, r => r / (double)count);
            var mean = rates.Average();
            return Covers(Intervals.Both(mean, Intervals.StudentT(rates), Intervals.ClopperPearson((long)Math.Round(mean * count), count)),
                rate);
        }), Least - Chance(500), 1);

    static double Share(int repeats, Func<Random, bool> covers)
    {
        var random = new Random(3);
        return Enumerable.Range(0, repeats).Count(_ => covers(random)) / (double)repeats;
    }

    // Two standard errors of 95 % over so many repeats.
    static double Chance(int repeats) => 2 * Math.Sqrt(0.95 * 0.05 / repeats);

    static bool Covers(Interval interval, double value) => interval.Low <= value && value <= interval.High;
}
