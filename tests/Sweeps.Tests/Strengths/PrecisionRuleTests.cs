using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Strengths;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Strengths;

/// <summary>A rule that adds samples and seeds until the interval is narrow enough.</summary>
public class PrecisionRuleTests
{
    // What the data set has.
    const int All = 10_000;

    static Plan Planned(string strength, string more = ", seeds: 20, evaluation: {samples: 10000}") =>
        PlanTests.Planned($"{{name: a, dataset: mnist, model: cnn, attack: [fgsm, pgd], strength: {strength}{more}}}");

    /// <summary>At .1 half the samples are right, and seeds differ by a few points; at .3 nearly none is, whatever the seed.</summary>
    static CellResult Result(PlannedCell cell) => Result(cell, spread: 0.01);

    static CellResult Result(PlannedCell cell, double spread)
    {
        var rate = cell.Cell.Strength switch { 0 => 0.98, < 0.2 => 0.5 + spread * (cell.Cell.Seed * 7 % 5 - 2), _ => 0.002 };
        var asked = (int)((Number)cell.Cell.Evaluation.Settings["samples"]).Value;
        var samples = asked == 0 ? All : Math.Min(All, asked);
        var right = (int)Math.Round(rate * samples);
        return Make.Done(cell.Id, (Metric.RobustAccuracy, Measurement.Rate(right, samples)),
            (Metric.CleanAccuracy, Measurement.Rate((int)Math.Round(0.98 * samples), samples))) with
        {
            Outcomes = OutcomeBits.From([.. Enumerable.Range(0, samples).Select(i => i * 7919L % samples < right)]),
        };
    }

    static IReadOnlyList<CellOutcome> Run(
        Plan plan, Random? kills = null, Dictionary<int, CellResult>? known = null, double spread = 0.01) =>
        StrengthRuleTests.Run(plan, kills, known, cell => Result(cell, spread));

    static IReadOnlyList<SecurityCurve> Curves(IReadOnlyList<CellOutcome> outcomes) =>
        [.. CurveBuilder.Build(outcomes, Make.Terms).Where(c => c.Metric == Metric.RobustAccuracy)];

    [Fact]
    public void Every_point_is_as_precise_as_was_asked_for()
    {
        var plan = Planned("{precision: 2%, at: [0.1, 0.3]}");
        var outcomes = Run(plan);
        var curves = Curves(outcomes);
        Assert.Equal(["fgsm", "pgd(norm=linf, restarts=1, step_size=none, steps=40)", "worst-case"], curves.Select(c => c.Attack));
        Assert.All(curves.SelectMany(c => c.Points), p => Assert.InRange((p.High - p.Low) / 2, 0, 0.02));
        // 2 attacks, 20 seeds, 3 strengths.
        Assert.InRange(outcomes.Count, 2 * PrecisionRule.Pilot * 3, 2 * 20 * 3 / 2);
    }

    [Fact]
    public void A_rate_near_0_takes_few_samples_and_one_near_half_takes_many()
    {
        var points = Curves(Run(Planned("{precision: 1.5%, at: [0.1, 0.3]}")))[0].Points;
        Assert.Equal([0, 0.1, 0.3], points.Select(p => p.Strength));
        Assert.Equal((10_000, 156), (points[1].Count, points[2].Count));
        Assert.True(points[1].Seeds > PrecisionRule.Pilot);
        Assert.Equal(PrecisionRule.Pilot, points[2].Seeds);
    }

    [Fact]
    public void The_same_cells_are_evaluated_after_any_number_of_kills()
    {
        var plan = Planned("{precision: 2%, at: [0.1, 0.3]}");
        var expected = StrengthRuleTests.Text(Run(plan));
        for (var seed = 0; seed < 10; seed++) Assert.Equal(expected, StrengthRuleTests.Text(Run(plan, new Random(seed))));
    }

    [Fact]
    public void Results_of_other_sweeps_change_nothing_but_the_work()
    {
        var plan = Planned("{precision: 2%, at: [0.1, 0.3]}");
        var known = plan.Cells.Where(c => c.Index % 3 == 0).ToDictionary(c => c.Index, Result);
        Assert.Equal(StrengthRuleTests.Text(Run(plan)), StrengthRuleTests.Text(Run(plan, known: known)));
    }

    [Fact]
    public void Every_evaluated_cell_is_an_ordinary_one()
    {
        var grid = PlanTests.Planned("{name: a, dataset: mnist, model: cnn, attack: [fgsm, pgd], strength: [0.1, 0.3], seeds: 20, "
            + "evaluation: {samples: [156, 625, 2500, 10000]}}").Cells.Select(c => c.Id).ToHashSet();
        Assert.All(Planned("{precision: 2%, at: [0.1, 0.3]}").Cells, c => Assert.Contains(c.Id, grid));
    }

    [Fact]
    public void It_ends_where_seeds_and_samples_do()
    {
        var outcomes = Run(Planned("{precision: 0.5%, at: [0.1]}", ", seeds: 8, evaluation: {samples: 1000}"), spread: 0.05);
        var point = Curves(outcomes)[0].Points[1];
        Assert.Equal((PrecisionRule.Pilot, 1000), (point.Seeds, point.Count));
        Assert.True(point.High - point.Low > 0.01);
        // Samples that are enough leave it to the seeds.
        point = Curves(Run(Planned("{precision: 5%, at: [0.1]}", ", seeds: 8, evaluation: {samples: 10000}"), spread: 0.05))[0].Points[1];
        Assert.Equal(8, point.Seeds);
    }

    // The data set has 10,000.
    [Fact]
    public void More_samples_than_there_are_are_not_asked_for()
    {
        var plan = Planned("{precision: 1%, at: [0.1]}", ", seeds: 20, evaluation: {samples: 640000}");
        Assert.Equal(7 * 20 * 2, plan.Groups.Count);
        Assert.All(Run(plan), o => Assert.InRange(o.Result!.Measurements[Metric.RobustAccuracy].Count, 100, All));
        var counts = new HashSet<double>();
        StrengthRuleTests.Run(plan, measure: cell =>
        {
            counts.Add(((Number)cell.Cell.Evaluation.Settings["samples"]).Value);
            return Result(cell);
        });
        Assert.DoesNotContain(640_000, counts);
    }

    [Fact]
    public void All_samples_of_the_data_are_taken_from_the_beginning_where_the_limit_is_all() =>
        Assert.All(Run(Planned("{precision: 3%, at: [0.1]}", ", seeds: 20, evaluation: {samples: 0}")), o =>
            Assert.Equal(All, o.Result!.Measurements[Metric.RobustAccuracy].Count));

    [Fact]
    public void A_hopeless_combination_is_given_up_by_the_control_of_its_first_seed()
    {
        var outcomes = Run(Planned("{precision: 2%, at: [0.1]}", ", seeds: 20, evaluation: {samples: 10000}, "
            + "stop: {when: clean_accuracy < 0.99}"));
        Assert.Equal(2, outcomes.Count(o => o.Status == CellStatus.Done));
        Assert.All(outcomes.Where(o => o.Status != CellStatus.Done), o => Assert.StartsWith("clean_accuracy", o.Skipped));
    }

    [Fact]
    public void A_curve_is_provisional_while_more_is_to_come()
    {
        var plan = Planned("{precision: 2%, at: [0.1, 0.3]}");
        var begun = plan.Outcomes(c => ((Number)c.Cell.Evaluation.Settings["samples"]).Value == 156 ? Result(c) : null);
        Assert.All(Curves(begun).Where(c => c.Attack != "worst-case"), curve =>
        {
            Assert.True(curve.Open > 0);
            Assert.Equal(Enumerable.Repeat(PrecisionRule.Pilot, 3), curve.Points.Select(p => p.Seeds));
        });
        Assert.All(CurveBuilder.Build(Run(plan), Make.Terms), curve => Assert.Equal(0, curve.Open));
    }

    [Theory]
    [InlineData("{precision: 1%}", "needs 'at'")]
    [InlineData("{precision: 60%, at: [1]}", "half the width of an interval")]
    [InlineData("{precision: much, at: [1]}", "takes a number")]
    [InlineData("{precision: x%, at: [1]}", "write 1% or 0.01")]
    [InlineData("{precision: 0, at: [1]}", "must be above 0 and below 0.5")]
    [InlineData("{precision: 1%, at: [1], within: 2}", "unknown key 'within' of 'precision'")]
    [InlineData("{precision: 1%, at: [1], of: accuracy}", "unknown metric")]
    [InlineData("{precision: 1%, at: []}", "the list is empty")]
    public void What_it_cannot_mean_is_told_with_its_place(string strength, string expected)
    {
        var message = Assert.Throws<SpecException>(() => Planned(strength)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("x.yaml:1:", message, StringComparison.Ordinal);
    }
}
