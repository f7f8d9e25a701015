using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>Whether the images that are attacked, and those that an attack makes, are such that accuracy on them says anything.</summary>
public class EvaluationSamplesTests
{
    static readonly Choice Transfer = new("transfer");

    static List<string> Verdicts(string rule, string attack, params CellOutcome[] cells) =>
        EvaluationChecksTests.Verdicts(rule, attack, cells);

    static CellOutcome With(CellOutcome cell, string metric, int count) => cell with
    {
        Result = cell.Result! with { Measurements = cell.Result.Measurements.Add(metric, Measurement.Rate(count, 1000)) },
    };

    /// <summary>A cell of 1,000 samples of two classes, so many of them of the first, that all get one answer.</summary>
    static CellOutcome Constant(int commonest, int right)
    {
        var cell = Make.Outcome(Make.Cell(Make.Fgsm, 0.1), (Metric.CleanAccuracy, Measurement.Rate(right, 1000)),
            (Metric.RobustAccuracy, Measurement.Rate(right, 1000)));
        ImmutableArray<ImmutableArray<int>> confusion = [[commonest, 0], [1000 - commonest, 0]];
        return cell with { Result = cell.Result! with { Confusion = confusion } };
    }

    [Theory]
    [InlineData(900, 900, "Fail accuracy .900 with no attack, where the commonest class alone gives .900")]
    [InlineData(900, 901, "Pass the model is better than guessing")]
    [InlineData(1000, 1000, "Fail accuracy 1.000 with no attack, where the commonest class alone gives 1.000")]
    [InlineData(500, 500, "Fail accuracy .500 with no attack, where guessing among 2 classes gives up to .532")]
    public void A_model_must_be_better_than_one_answer_to_all(int commonest, int right, string verdict) =>
        Assert.Equal([verdict], Verdicts("H15", "fgsm", Constant(commonest, right)));

    [Fact]
    public void An_image_that_leaves_the_box_or_the_strength_is_no_adversarial_one()
    {
        var cell = Make.Right(Make.Cell(Make.Fgsm, 0.1), 500);
        Assert.Empty(Verdicts("H18", "fgsm", cell));
        Assert.Equal(["Fail 1 of 1000 adversarial images at 0.1 leave [0, 1] or the strength"],
            Verdicts("H18", "fgsm", With(cell, Metric.StrayedRate, 1)));
    }

    [Theory]
    [InlineData(5, "Pass hardly an evaluation sample is a copy")]
    [InlineData(6, "Warn 6 of 1000 evaluation samples are copies of trained samples or of each other")]
    public void Evaluation_samples_must_be_new(int copies, string verdict)
    {
        var cell = Make.Right(Make.Cell(Make.Fgsm, 0.1), 500);
        Assert.Empty(Verdicts("H22", "fgsm", cell));
        Assert.Equal([verdict], Verdicts("H22", "fgsm", cell, With(Make.Right(Make.Cell(Make.Fgsm, 0.2), 400), Metric.CopiedRate, copies)));
        // A poison's accuracy is counted on the same samples.
        Assert.Equal([verdict],
            Verdicts("H22", "label-flip", With(Make.Right(Make.Cell(new("label-flip"), 0.1), 500), Metric.CopiedRate, copies)));
    }

    [Fact]
    public void An_attack_made_against_another_network_is_an_upper_bound_unless_one_that_knows_this_stands_beside_it()
    {
        var transferred = Make.Right(Make.Cell(Transfer, 0.1), 900);
        string[] alone = ["Warn the attack is made against another network, and none beside it knows this one"];
        Assert.Equal(alone, Verdicts("H11", "transfer", transferred));
        // Noise knows nothing.
        Assert.Equal(alone, Verdicts("H11", "transfer", transferred, Make.Right(Make.Cell(Make.Noise, 0.1), 950)));
        Assert.Empty(Verdicts("H11", "transfer", transferred, Make.Right(Make.Cell(Make.Fgsm, 0.1), 400)));
        Assert.Empty(Verdicts("H11", "fgsm", transferred, Make.Right(Make.Cell(Make.Fgsm, 0.1), 400)));
    }
}
