using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>What is said of backdoors, and of those who look for them.</summary>
public class BackdoorCheckTests
{
    static CellOutcome Cell(double strength, params (string, Measurement)[] more) => Defended("none", strength, more);

    static CellOutcome Defended(string defense, double strength, params (string, Measurement)[] more) =>
        Make.Outcome(Make.Cell(new("label-flip"), strength, defense: defense), more);

    static (string, Measurement)[] Success(int success, int twin) =>
        [(Metric.AttackSuccessRate, Measurement.Rate(success, 1000)), (Metric.TwinSuccessRate, Measurement.Rate(twin, 1000))];

    static string[] Verdicts(params CellOutcome[] cells) =>
        [.. new EvaluationChecks(cells, Make.Terms)
            .Verdicts()
            .Select(v => v.Verdict.ToString())
            .Where(v => v.Contains("H26") || v.Contains("H27"))];

    [Theory]
    [InlineData(990, 20, "pass H26: the trigger succeeds on .990 at 0.1 and on .020 of the clean twin's: .970 is the poison's")]
    [InlineData(500, 490, "warn H26: the trigger succeeds on .500 at 0.1 and on .490 of the clean twin's: .010 is the poison's")]
    public void What_the_clean_twin_falls_for_is_not_the_poisons(int success, int twin, string verdict) => Assert.Equal([verdict], Verdicts(
        Cell(0),
        Cell(0.1, Success(success, twin))));

    [Theory]
    // The defense works.
    [InlineData(990, 20, "pass H26: the trigger succeeds on .030 at 0.1 and on .020 of the clean twin's: .010 is the poison's, "
        + "but .970 of the network without the defense")]
    // The trigger is no backdoor anywhere.
    [InlineData(500, 490, "warn H26: the trigger succeeds on .030 at 0.1 and on .020 of the clean twin's: .010 is the poison's")]
    public void A_defense_that_takes_a_backdoor_away_is_no_fault_of_the_backdoor(int success, int twin, string verdict) =>
        Assert.Equal(verdict, Verdicts(Cell(0.1, Success(success, twin)), Defended("fine-pruning", 0.1, Success(30, 20)))[1]);

    [Fact]
    public void A_backdoor_of_another_strength_excuses_nothing() => Assert.StartsWith("warn H26", Verdicts(
        Cell(0.1, Success(500, 490)), Cell(0.2, Success(990, 20)), Defended("fine-pruning", 0.1, Success(30, 20)))[1],
        StringComparison.Ordinal);

    [Fact]
    public void The_success_of_a_backdoor_is_a_curve_of_its_own_and_that_of_another_attack_repeats_robust_accuracy()
    {
        static (string, Measurement)[] Measured(params (string, Measurement)[] more) =>
            [(Metric.RobustAccuracy, Measurement.Rate(97, 100)), (Metric.AttackSuccessRate, Measurement.Rate(1, 98)), .. more];

        static string[] Drawn(CellOutcome cell) =>
            [.. SecurityCurve.WithoutRepeats(CurveBuilder.Build([cell], Make.Terms)).Select(c => c.Metric).Distinct()];

        Assert.Equal([Metric.RobustAccuracy, Metric.AttackSuccessRate],
            Drawn(Cell(0.1, Measured((Metric.TwinSuccessRate, Measurement.Rate(1, 100))))));
        Assert.Equal([Metric.RobustAccuracy], Drawn(Cell(0.1, Measured())));
        Assert.Equal([Metric.AttackSuccessRate], Drawn(Cell(0.1, (Metric.AttackSuccessRate, Measurement.Rate(1, 100)))));
    }

    [Theory]
    [InlineData(45, "pass H27: .450 of the poison of 0.1 is removed with .150 of the set")]
    [InlineData(18, "warn H27: .180 of the poison of 0.1 is removed with .150 of the set: no more than random removal finds")]
    public void A_filter_must_find_more_than_its_share(int found, string verdict) => Assert.Equal([verdict], Verdicts(
        Cell(0.1, (Metric.RemovalRecall, Measurement.Rate(found, 100)), (Metric.Removed, new(150, 1000)))));

    [Theory]
    [InlineData(0.6, "pass H27: triggers of 0.1 are told from clean images with an AUC of .700, .600 at least")]
    [InlineData(0.4, "warn H27: triggers of 0.1 are told from clean images with an AUC of .700, .400 at least: no better than guessing")]
    public void A_detector_must_do_better_than_guessing(double low, string verdict) => Assert.Equal([verdict], Verdicts(
        Cell(0.1, (Metric.DetectionAuc, new(0.7, 100)), (Metric.DetectionAucLow, new(low, 100)))));
}
