using System.Globalization;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Strengths;

/// <summary>
/// Whether an interval that was made narrow by adding samples and seeds until it was narrow enough holds the truth as often as it says.
/// </summary>
public class PrecisionCoverageTests
{
    const int Worlds = 300;

    [Theory]
    [InlineData(0.5, 0.04, 0.02)]
    [InlineData(0.1, 0.02, 0.02)]
    [InlineData(0.9, 0, 0.01)]
    public void Where_one_stops_when_it_is_narrow_the_interval_holds_the_truth(double rate, double spread, double half)
    {
        var precision = half.ToString(CultureInfo.InvariantCulture);
        var plan = PlanTests.Planned(
            $"{{name: a, dataset: mnist, model: cnn, attack: fgsm, strength: {{precision: {precision}, at: [0.1]}}, seeds: 40, "
            + "evaluation: {samples: 10000}}");
        var (held, narrow) = (0, 0);
        for (var world = 0; world < Worlds; world++)
        {
            var draws = new Random(world);
            // Seeds share their samples: some are harder than others, whichever network is asked.
            var hardness = Enumerable.Range(0, 10_000).Select(_ => draws.NextDouble()).ToArray();
            var rates = Enumerable.Range(0, 40).Select(_ => Math.Clamp(rate + spread * Normal(draws), 0, 1)).ToArray();
            var outcomes = StrengthRuleTests.Run(plan, measure: cell => Result(cell, cell.Cell.Strength == 0 ? 0.98 : rates[cell.Cell.Seed],
                hardness));
            var point = CurveBuilder.Build(outcomes, Make.Terms).Single(c => c.Metric == Metric.RobustAccuracy && c.Attack == "fgsm")
                .Points[^1];
            if (point.Low <= rate && rate <= point.High) held++;
            if ((point.High - point.Low) / 2 <= half) narrow++;
        }

        Assert.InRange((double)held / Worlds, 0.93, 1);
        Assert.InRange((double)narrow / Worlds, 0.95, 1);
    }

    static CellResult Result(PlannedCell cell, double rate, double[] hardness)
    {
        var samples = (int)((Number)cell.Cell.Evaluation.Settings["samples"]).Value;
        var right = hardness.Take(samples).Count(h => h < rate);
        return Make.Done(cell.Id, (Metric.RobustAccuracy, Measurement.Rate(right, samples)),
            (Metric.CleanAccuracy, Measurement.Rate(samples, samples)));
    }

    static double Normal(Random draws) => Math.Sqrt(-2 * Math.Log(1 - draws.NextDouble())) * Math.Cos(2 * Math.PI * draws.NextDouble());
}
