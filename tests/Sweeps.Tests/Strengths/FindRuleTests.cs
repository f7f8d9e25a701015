using Grid.Sweeps.Results;
using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Tests.Strengths;

/// <summary>The search for a crossing on falling curves of every shape: steps, straight lines and bends.</summary>
public class FindRuleTests
{
    const int Samples = StrengthRuleTests.Samples;

    [Fact]
    public void No_curve_takes_many_more_strengths_than_by_bisection()
    {
        var plan = StrengthRuleTests.Planned(StrengthRuleTests.Search);
        var group = plan.Groups.First(g => plan.Cells[g.Cells[0]].Cell.Attack.Name == "pgd");
        var strengths = group.Cells.Select(c => plan.Cells[c].Cell.Strength).ToList();
        var (rule, random) = (plan.Rule(group.Index)!, new Random(7));
        var counts = new List<int>();
        for (var curve = 0; curve < 3000; curve++)
        {
            var (middle, width, bend) = (random.NextDouble() * strengths.Count, Math.Pow(10, 4 * random.NextDouble() - 2), random.Next(3));
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
