using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;
using MathNet.Numerics.Distributions;

namespace Grid.Sweeps.Tests.Statistics;

/// <summary>Paired differences, crossings, areas, leaderboards: worked examples, and how often intervals hold the truth.</summary>
public class CurveStatisticsTests
{
    const double Least = 0.94;

    static readonly double[] Grid = [.. Enumerable.Range(0, 13).Select(i => i * 0.025)];

    // McNemar's exact test, worked by hand: 2 of 12 that differ, 2 (1 + 12 + 66) / 4096.
    [Fact]
    public void A_paired_difference_counts_only_what_differs()
    {
        var first = OutcomeBits.From([.. Enumerable.Range(0, 100).Select(i => i < 60)]);
        var second = OutcomeBits.From([.. Enumerable.Range(0, 100).Select(i => i is >= 10 and < 62)]);
        var paired = PairedDifference.Of([(first, second)]);
        Assert.Equal((10, 2, 100), (paired.OnlyFirst, paired.OnlySecond, paired.Samples));
        Assert.Equal(0.08, paired.Difference.Value, 1e-12);
        Assert.Equal(2 * 79 / 4096.0, paired.PValue, 1e-12);
        Assert.Equal(Intervals.Tango(10, 2, 100), paired.Difference.Interval);
    }

    [Theory]
    [InlineData(1, 100, 0)]
    [InlineData(3, 100, 0.03)]
    [InlineData(5, 300, 0.1)]
    public void A_paired_difference_of_seeds_holds_the_truth(int seeds, int count, double spread) =>
        Assert.InRange(Share(400, random =>
        {
            var paired = PairedDifference.Of(Pairs(random, seeds, count, 0.06, spread));
            return paired.Difference.Holds(0.06);
        }), Least - Chance(400), 1);

    [Theory]
    [InlineData(1, 200, 0)]
    [InlineData(3, 200, 0.02)]
    public void Where_nothing_differs_one_in_twenty_is_called_significant_at_most(int seeds, int count, double spread) =>
        Assert.InRange(
            Share(400, random => PairedDifference.Of(Pairs(random, seeds, count, 0, spread)).PValue <= 0.05), 0, 0.05 + Chance(400));

    [Fact]
    public void A_crossing_lies_on_the_line_between_strengths()
    {
        var crossing = Crossing.Of([new(0, 100, 100), new(0.1, 80, 100), new(0.2, 20, 100), new(0.3, 0, 100)], 0.5);
        Assert.Equal(0.15, crossing.Value, 1e-12);
        Assert.InRange(crossing.Low, 0.12, 0.15);
        Assert.InRange(crossing.High, 0.15, 0.18);
    }

    [Fact]
    public void A_curve_that_does_not_fall_far_enough_crosses_beyond_its_strengths()
    {
        var crossing = Crossing.Of([new(0, 100, 100), new(0.3, 90, 100)], 0.5);
        Assert.Equal(new Estimate(double.PositiveInfinity, 0.3, double.PositiveInfinity), crossing);
        Assert.Equal(0, Crossing.Of([new(0, 10, 100), new(0.3, 0, 100)], 0.5).Value);
        Assert.True(double.IsNaN(Crossing.Of([new(0, 100, 100)], 0.5).Value));
    }

    // Samples fall at a strength of their own, part of which all seeds share, part of which is the seed's: the mean crossing is at 0.12.
    [Theory]
    [InlineData(1, 100, 0)]
    [InlineData(1, 1000, 0)]
    [InlineData(3, 100, 0.01)]
    [InlineData(5, 500, 0.003)]
    [InlineData(5, 200, 0.02)]
    public void Epsilon_at_half_holds_the_truth(int seeds, int count, double spread) =>
        Assert.InRange(Share(300, random => Crossing.OfSeeds(
            [.. Fallen(random, seeds, count, spread)
                .Select(falls => Grid.Select(s => new RatePoint(s, falls.Count(f => f > s), count)).ToList())],
            0.5).Holds(0.12)),
            Least - Chance(300), 1);

    [Fact]
    public void An_area_is_the_mean_of_trapezoids()
    {
        var area = AreaUnderCurve.Of([[(0, Bits(10, 10)), (0.1, Bits(6, 10)), (0.3, Bits(0, 10))]]);
        Assert.Equal((0.1 * 0.8 + 0.2 * 0.3) / 0.3, area.Value, 1e-12);
        Assert.True(area.Low < area.Value && area.Value < area.High);
    }

    [Fact]
    public void An_area_of_samples_that_never_fall_is_as_uncertain_as_a_rate() =>
        Assert.Equal(Intervals.Wilson(50, 50), AreaUnderCurve.Of([[(0, Bits(50, 50)), (0.3, Bits(50, 50))]]).Interval);

    // All fall between the same two strengths, to areas that differ by rounding from their mean.
    [Theory, InlineData(7), InlineData(50), InlineData(1000)]
    public void An_area_of_samples_that_fall_together_is_as_uncertain_as_a_rate(int count)
    {
        var area = AreaUnderCurve.Of([[.. Grid.Select(s => (s, Bits(s < 0.11 ? count : 0, count)))]]);
        Assert.InRange(area.High - area.Low, 0.9 * 2 * 1.96 * Math.Sqrt(0.375 * 0.625 / (count + 4)), 1);
    }

    [Theory]
    [InlineData(1, 50, 0)]
    [InlineData(1, 1000, 0)]
    [InlineData(3, 100, 0.01)]
    [InlineData(5, 300, 0.03)]
    public void An_area_holds_the_truth(int seeds, int count, double spread)
    {
        // Of the trapezoids themselves, over all samples and seeds.
        var scale = Math.Sqrt(Width * Width + spread * spread);
        var rates = Grid.Select(s => 1 - Normal.CDF(0.12, scale, s)).ToList();
        var truth = Enumerable.Range(1, 12).Average(i => (rates[i - 1] + rates[i]) / 2);
        Assert.InRange(Share(300, random => AreaUnderCurve.Of(
            [.. Fallen(random, seeds, count, spread).Select(falls => Grid.Select(s => (s, Above(falls, s))).ToList())]).Holds(truth)),
            Least - Chance(300), 1);
    }

    // Holm 1979: 0.01, 0.04, 0.03, 0.005 of four tests.
    [Fact]
    public void Holm_adjusts_as_in_the_worked_example() =>
        Assert.Equal([0.03, 0.06, 0.06, 0.02], MultipleComparisons.Holm([0.01, 0.04, 0.03, 0.005]), (a, b) => Math.Abs(a - b) < 1e-12);

    // The winner of ten alike is compared with all others: without adjustment some loser is "significantly worse" in a third of all tables.
    [Fact]
    public void A_leaderboard_of_equals_names_a_loser_one_time_in_twenty_at_most()
    {
        var naive = 0;
        var adjusted = Share(200, random =>
        {
            IReadOnlyList<OutcomeBits> Drawn() => [OutcomeBits.From([.. Enumerable.Range(0, 200).Select(_ => random.NextDouble() < 0.7)])];
            var rows = Leaderboard.Of([.. Enumerable.Range(0, 10).Select(i => ($"d{i}", Drawn()))]);
            if (rows[^1].ToFirst!.PValue <= 0.05) naive++;
            return rows.Any(r => r.IsBelowFirst());
        });
        Assert.InRange(adjusted, 0, 0.05 + Chance(200));
        Assert.InRange(naive / 200.0, 0.2, 1);
    }

    [Fact]
    public void A_leaderboard_says_who_cannot_be_told_from_its_first()
    {
        var rows = Leaderboard.Of([("low", [Bits(20, 100)]), ("best", [Bits(80, 100)]), ("near", [Bits(79, 100)])]);
        Assert.Equal(["best", "near", "low"], rows.Select(r => r.Name));
        Assert.Equal([false, false, true], rows.Select(r => r.IsBelowFirst()));
        Assert.Equal("best cannot be told from near (paired by sample, adjusted for 3 comparisons).", Leaderboard.Note(rows));
    }

    [Fact]
    public void Seeds_of_a_summary_may_have_strengths_of_their_own()
    {
        CellOutcome Cell(double strength, int seed, int right)
        {
            var cell = Make.Cell(Make.Fgsm, strength, seed);
            var id = new Grid.Sweeps.Cells.CellId($"c{strength}.{seed}");
            return new(cell, id, Make.Done(id) with { Outcomes = Bits(right, 100) });
        }

        CellOutcome[] cells = [Cell(0, 0, 100), Cell(0.1, 0, 60), Cell(0.2, 0, 40), Cell(0, 1, 100), Cell(0.2, 1, 50)];
        var summary = Assert.Single(CurveSummary.Of(cells, Make.Terms));
        Assert.Equal((0.175, 2, 0.2), (Math.Round(summary.EpsilonAtHalf.Value, 12), summary.Seeds, summary.To));
    }

    const double Width = 0.05;

    static IEnumerable<double[]> Fallen(Random random, int seeds, int count, double spread)
    {
        var shared = Enumerable.Range(0, count).Select(_ => Normal.Sample(random, 0, Width * Math.Sqrt(0.8))).ToArray();
        for (var s = 0; s < seeds; s++)
        {
            var middle = spread == 0 ? 0.12 : Normal.Sample(random, 0.12, spread);
            yield return [.. shared.Select(f => middle + f + Normal.Sample(random, 0, Width * Math.Sqrt(0.2)))];
        }
    }

    /// <summary>15 % of the samples are right in the first alone, 15 % in the second, and a difference that varies by seed.</summary>
    static List<(OutcomeBits First, OutcomeBits Second)> Pairs(Random random, int seeds, int count, double difference, double spread)
    {
        var ease = Enumerable.Range(0, count).Select(_ => random.NextDouble()).ToArray();
        return
        [
            .. Enumerable.Range(0, seeds).Select(_ =>
            {
                var only = 0.15 + (difference + (spread == 0 ? 0 : Normal.Sample(random, 0, spread))) / 2;
                var draws = ease.Select(e => random.NextDouble() < 0.5 ? e : random.NextDouble()).ToArray();
                var first = OutcomeBits.From([.. draws.Select(d => d < only || d > 0.4)]);
                return (first, OutcomeBits.From([.. draws.Select(d => d >= only && d < 0.3 || d > 0.4)]));
            }),
        ];
    }

    static OutcomeBits Above(double[] values, double limit) => OutcomeBits.From([.. values.Select(v => v > limit)]);

    static OutcomeBits Bits(int right, int count) => OutcomeBits.From([.. Enumerable.Range(0, count).Select(i => i < right)]);

    static double Share(int repeats, Func<Random, bool> holds)
    {
        var random = new Random(5);
        return Enumerable.Range(0, repeats).Count(_ => holds(random)) / (double)repeats;
    }

    static double Chance(int repeats) => 2 * Math.Sqrt(0.95 * 0.05 / repeats);
}
