using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using static Grid.Sweeps.Tests.Checks.EvaluationChecksTests;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>Rules on how often an attack steps, and whether it looks at gradients that say anything.</summary>
public class StepChecksTests
{
    [Theory]
    [InlineData(500, 500, "Pass 80 steps change no more than chance or 0.5 points")]
    [InlineData(500, 495, "Pass 80 steps change no more than chance or 0.5 points")]
    [InlineData(500, 494, "Warn accuracy .500 at 0.1 in 40 steps and .494 in 80 steps: not converged")]
    [InlineData(500, 480, "Warn accuracy .500 at 0.1 in 40 steps and .480 in 80 steps: not converged")]
    [InlineData(500, 479, "Fail accuracy .500 at 0.1 in 40 steps and .479 in 80 steps: not converged")]
    [InlineData(479, 500, "Fail accuracy .479 at 0.1 in 40 steps and .500 in 80 steps: not converged")]
    public void Doubled_steps_must_change_nothing(int once, int twice, string verdict)
    {
        CellOutcome[] cells = [.. Falling(Make.Pgd, (0, 1000), (0.1, once)), .. Falling(new("pgd", ("steps", 80)), (0, 1000), (0.1, twice))];
        Assert.Equal([verdict], Verdicts("H6", "pgd(steps=40)", cells));
        Assert.Empty(Verdicts("H6", "pgd(steps=80)", cells));
    }

    [Fact]
    public void Samples_that_go_either_way_are_chance()
    {
        // 230 break with fewer steps only and 200 with more only: 3 points, but two standard errors are 4.1.
        var once = Make.Outcome(Make.Cell(Make.Pgd, 0.1), new string('1', 200).PadRight(430, '0').PadRight(1000, '1'));
        var twice = Make.Outcome(Make.Cell(new("pgd", ("steps", 80)), 0.1), new string('0', 200).PadRight(1000, '1'));
        Assert.StartsWith("Pass", Assert.Single(Verdicts("H6", "pgd(steps=40)", once, twice)), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_are_compared_with_twice_as_many_of_the_same_attack_only()
    {
        Assert.Empty(Verdicts("H6", "pgd(steps=40)", [.. Falling(Make.Pgd, (0.1, 900)), .. Falling(new("pgd", ("steps", 100)), (0.1, 0))]));
        Assert.Empty(Verdicts("H6", "pgd(steps=40)", [.. Falling(Make.Pgd, (0.1, 900)), .. Falling(new("pgd", ("restarts", 2), ("steps", 80)), (0.1, 0))]));
        Assert.Empty(Verdicts("H6", "pgd(steps=40)", Falling(Make.Pgd, (0.1, 900))));
    }

    [Theory]
    [InlineData(0, "Pass every sample that is right has a gradient")]
    [InlineData(1, "Warn no gradient at 1 of 900 samples that are right: there the attack is blind")]
    [InlineData(45, "Warn no gradient at 45 of 900 samples that are right: there the attack is blind")]
    [InlineData(46, "Fail no gradient at 46 of 900 samples that are right: there the attack is blind")]
    public void Samples_must_have_a_gradient(int blind, string verdict) => Assert.Equal(
        [verdict], Verdicts("H9", "fgsm", With(Make.Right(Make.Cell(Make.Fgsm, 0.1), 500), (Metric.ZeroGradientRate, Measurement.Rate(blind, 900)))));

    [Theory]
    [InlineData(0.0001, "Pass two passes give the same logits")]
    [InlineData(0.0002, "Fail logits change by 0.0002 between two passes, and the attack does not average over draws")]
    [InlineData(0.25, "Fail logits change by 0.25 between two passes, and the attack does not average over draws")]
    public void Two_passes_must_agree(double change, string verdict) => Assert.Equal(
        [verdict], Verdicts("H9", "fgsm", With(Make.Right(Make.Cell(Make.Fgsm, 0.1), 500), (Metric.OutputChange, new(change, 1000)))));

    [Theory]
    [InlineData(0, "Pass the outputs are no probabilities")]
    [InlineData(3, "Warn outputs of 3 of 1000 samples are probabilities, which flatten every loss: give logits")]
    public void Probabilities_in_place_of_logits_are_noticed(int rows, string verdict) =>
        Assert.Equal([verdict], Verdicts("H13", "fgsm", With(Make.Right(Make.Cell(Make.Fgsm, 0.1), 500), (Metric.ProbabilityRate, Measurement.Rate(rows, 1000)))));

    [Theory]
    [InlineData(2, "Pass square breaks hardly a sample that gradients leave")]
    [InlineData(3, "Warn square, which sees no gradient, breaks 3 of 1000 samples at 0.1 that gradients leave: they are masked")]
    public void Square_must_find_no_more_than_gradients(int broken, string verdict) =>
        Assert.Equal([verdict], Verdicts("H14", "fgsm", With(Make.Right(Make.Cell(Make.Fgsm, 0.1), 500), (Metric.BrokenBy("square"), Measurement.Rate(broken, 1000)))));

    [Theory]
    [InlineData(500, 500, "Pass the search for the nearest image breaks no more", "Pass a fixed radius breaks no more than the search for the nearest image")]
    [InlineData(500, 600, "Pass the search for the nearest image breaks no more", "Warn accuracy .600 at 0.1, where pgd(steps=40) leaves .500")]
    [InlineData(600, 500, "Warn accuracy .600 at 0.1, where fgsm leaves .500", "Pass a fixed radius breaks no more than the search for the nearest image")]
    public void A_search_and_a_fixed_radius_must_agree(int fixedRadius, int search, string ofFixed, string ofSearch)
    {
        // Whoever measures distances searches, whatever its name.
        CellOutcome[] cells = [Make.Right(Make.Cell(Make.Pgd, 0.1), fixedRadius), With(Make.Right(Make.Cell(Make.Fgsm, 0.1), search), (Metric.DistanceFound, Measurement.Rate(1000, 1000)))];
        Assert.Equal([ofFixed], Verdicts("H16", "pgd(steps=40)", cells));
        Assert.Equal([ofSearch], Verdicts("H16", "fgsm", cells));
    }
}
