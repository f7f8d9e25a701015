using Grid.Sweeps.Results;
using Grid.Sweeps.Strengths;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Strengths;

/// <summary>How many strengths a search takes.</summary>
public class SearchStepsTests
{
    const int Samples = 500;

    // Falling curves of every shape: steps, straight lines, bends, with their crossing anywhere.
    [Fact]
    public void No_curve_takes_many_more_strengths_than_by_bisection()
    {
        var plan = PlanTests.Planned(
            "{name: a, dataset: mnist, model: cnn, attack: pgd, strength: {find: 0.5, within: 0.002, to: 0.3}}");
        var group = plan.Groups[0];
        var strengths = group.Cells.Select(c => plan.Cells[c].Cell.Strength).ToList();
        var (rule, random) = (plan.Rule(group.Index)!, new Random(7));
        var counts = new List<int>();
        for (var curve = 0; curve < 3000; curve++)
        {
            var (middle, width) = (random.NextDouble() * strengths.Count, Math.Pow(10, 4 * random.NextDouble() - 2));
            var bend = random.Next(3);
            var rates = Enumerable.Range(0, strengths.Count).Select(p => bend switch
            {
                0 => 1 / (1 + Math.Exp((p - middle) / width)),
                1 => Math.Pow(1 - (double)p / strengths.Count, width),
                _ => p < middle ? 0.52 : Math.Exp((middle - p) / width) / 2,
            }).Select(rate => (int)Math.Round(rate * Samples)).ToList();
            var asked = StrengthRequest.Of(rule, strengths,
                place => Make.Done(plan.Cells[group.Cells[place]].Id, (Metric.RobustAccuracy, Measurement.Rate(rates[place], Samples))));
            counts.Add(asked.Places.Count);
            Assert.True(asked.Ended);
            Assert.InRange(asked.Places.Count, 2, rule.Most(strengths.Count));
            var crossing = rates.FindIndex(right => 2 * right <= Samples);
            if (crossing > 0) Assert.Contains(crossing - 1, asked.Places);
            if (crossing > 0) Assert.Contains(crossing, asked.Places);
        }

        // The ends, three that are looked at again where a sample may decide, 8 by bisection of 151, and 4 more.
        Assert.Equal(18, rule.Most(strengths.Count));
        Assert.InRange(counts.Average(), 2, 9);
    }
}
