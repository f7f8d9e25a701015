using System.Runtime.Intrinsics;
using Grid.Compute.Random;

namespace Grid.Compute.Tests.Random;

public class NormalDistributionTests
{
    internal const int Draws = 1_000_000;

    internal static readonly double[] Sorted = Sample();

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 0, 15)]
    [InlineData(4, 3, 96)]
    [InlineData(6, 15, 10_170)]
    public void Moments_are_those_of_the_standard_normal(int power, double expected, double variance) =>
        Assert.InRange((Sorted.Average(z => Math.Pow(z, power)) - expected) / Math.Sqrt(variance / Draws), -4, 4);

    [Fact]
    public void Kolmogorov_and_Smirnov_see_no_difference()
    {
        var distance = Sorted.Select((z, i) => Math.Max(Cdf(z) - ((double)i / Draws), ((i + 1.0) / Draws) - Cdf(z))).Max();
        Assert.InRange(distance * Math.Sqrt(Draws), 0.3, 1.95);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Tails_have_their_share(double beyond)
    {
        var expected = 2 * Draws * Cdf(-beyond);
        Assert.InRange((Sorted.Count(z => Math.Abs(z) > beyond) - expected) / Math.Sqrt(expected), -4, 4);
    }

    [Fact]
    public void Successive_draws_are_uncorrelated()
    {
        var z = new float[Draws];
        new PhiloxStream(11, "serial").FillNormal(z, 0, 1);
        for (var lag = 1; lag <= 4; lag++)
        {
            var product = z.Zip(z.Skip(lag), (a, b) => (double)a * b).Average();
            var squares = z.Zip(z.Skip(lag), (a, b) => ((double)a * a - 1) * ((double)b * b - 1) / 2).Average();
            Assert.InRange(product * Math.Sqrt(Draws), -4, 4);
            Assert.InRange(squares * Math.Sqrt(Draws), -4, 4);
        }
    }

    [Theory]
    [InlineData(0u, 0x80000000u, 6.66)]
    [InlineData(2u, 0u, 6.49)]
    [InlineData(1000u, 0u, 5.52)]
    public void Tails_reach_beyond_five_deviations(uint a, uint b, double radius)
    {
        var (x, y) = Draw(a, b);
        Assert.Equal(radius, Math.Sqrt((x * x) + (y * y)), 0.01);
    }

    [Fact]
    public void Draws_follow_the_exact_formula_to_single_precision()
    {
        var words = new PhiloxStream(12, "accuracy");
        uint[] edges = [0, 1, 2, 3, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xB504F333, 0xFFFFFFFE, 0xFFFFFFFF];
        var pairs = edges.SelectMany(a => edges.Select(b => (a, b)))
            .Concat(Enumerable.Range(0, 20_000).Select(_ => (a: words.NextUInt(), b: words.NextUInt())));
        foreach (var (a, b) in pairs)
        {
            var radius = Math.Sqrt(-2 * Math.Log(((a >> 1) + 0.5) / (1L << 31)));
            var angle = (int)(b << 2) * (Math.PI / 4 / (1L << 31));
            var (along, across) = (radius * Math.Cos(angle) * (b >> 31 == 1 ? -1 : 1), radius * Math.Sin(angle));
            var (x, y) = Draw(a, b);
            var (ex, ey) = ((b >> 30) & 1) == 1 ? (across, along) : (along, across);

            // Words next to 2^32 round to u = 1 in single precision: there the radius is below 1e-3 and off by as much.
            var tolerance = a > 0xFFFFF000 ? 1e-3 : 2e-6;
            Assert.Equal(ex, x, tolerance);
            Assert.Equal(ey, y, tolerance);
        }
    }

    static (double First, double Second) Draw(uint a, uint b)
    {
        var (x, y) = NormalCurve.Draw<WordLanes128, Vector128<uint>, Vector128<float>>(Vector128.Create(a), Vector128.Create(b));
        return (x[0], y[0]);
    }

    static double[] Sample()
    {
        var draws = new float[Draws];
        new PhiloxStream(10, "distribution").FillNormal(draws, 0, 1);
        double[] sorted = [.. draws];
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>Marsaglia, "Evaluating the normal distribution", 2004: the Taylor series around 0.</summary>
    static double Cdf(double z)
    {
        var (sum, term) = (z, z);
        for (var k = 3; Math.Abs(term) > 1e-18; k += 2)
        {
            sum += term *= z * z / k;
        }

        return 0.5 + (sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
    }
}
