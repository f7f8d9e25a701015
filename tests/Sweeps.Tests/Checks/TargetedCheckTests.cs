using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>What is asked of poisons that are made for single images.</summary>
public class TargetedCheckTests
{
    static CellOutcome Cell(int hit, int clean, int targets, int victims) => Make.Outcome(
        Make.Cell(new("gradient-matching"), 0.01),
        (Metric.AttackSuccessRate, Measurement.Rate(hit, targets * victims)),
        (Metric.CleanAttackSuccessRate, Measurement.Rate(clean, targets * victims)),
        (Metric.Targets, new(targets)), (Metric.Victims, new(victims)));

    static string[] Verdicts(CellOutcome cell) =>
        [.. new EvaluationChecks([cell], Make.Terms).Verdicts().Select(v => v.Verdict.ToString())];

    [Fact]
    public void Few_targets_or_victims_are_told_of()
    {
        Assert.Contains("pass H28: 10 targets a seed, 8 victims each", Verdicts(Cell(40, 1, 10, 8)));
        Assert.Contains("warn H28: 9 targets a seed, 8 victims each", Verdicts(Cell(40, 1, 9, 8)));
        Assert.Contains("warn H28: 10 targets a seed, 7 victims each", Verdicts(Cell(40, 1, 10, 7)));
    }

    [Fact]
    public void What_the_clean_twin_does_by_itself_is_no_success()
    {
        Assert.Contains("pass H28: success .500 at 0.01, .025 without poison", Verdicts(Cell(40, 2, 10, 8)));
        Assert.Contains("warn H28: success .050 at 0.01, .025 without poison: no more than chance", Verdicts(Cell(4, 2, 10, 8)));
    }
}
