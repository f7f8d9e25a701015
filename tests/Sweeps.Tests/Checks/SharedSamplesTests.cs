using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>Points of one curve, or of two, that were measured on different numbers of samples.</summary>
public class SharedSamplesTests
{
    // A rule that adds samples may have 100 at one strength and 1,000 at another. Here the first 100 are all right, whatever the strength.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Points_of_few_and_of_many_samples_are_compared_on_those_that_both_have(bool isFirstMany)
    {
        Choice[] attacks = [Make.Fgsm, Make.Noise, Make.Pgd];
        var cells = attacks.SelectMany(attack => new[]
        {
            Make.Right(Make.Cell(attack, 0), 1000),
            isFirstMany == (attack != Make.Noise) ? Make.Right(Make.Cell(attack, 0.1), 600) : Few(attack, 0.1),
            isFirstMany == (attack != Make.Noise) ? Few(attack, 0.2) : Make.Right(Make.Cell(attack, 0.2), 600),
        }).ToArray();
        foreach (var rule in new[] { "H2", "H5" })
        {
            Assert.All(attacks, attack => Assert.All(EvaluationChecksTests.Verdicts(rule, attack.ToString(), cells),
                v => Assert.StartsWith("Pass", v, StringComparison.Ordinal)));
        }

        Assert.NotEmpty(EvaluationChecksTests.Verdicts("H2", "fgsm", cells));
        Assert.NotEmpty(EvaluationChecksTests.Verdicts("H5", "fgsm", cells));

        static CellOutcome Few(Choice attack, double strength) => Make.Outcome(Make.Cell(attack, strength), new string('1', 100));
    }

    [Fact]
    public void A_rise_on_the_samples_that_both_have_is_one() =>
        Assert.Equal(["Fail accuracy rises from .000 at 0.1 to 1.000 at 0.2"], EvaluationChecksTests.Verdicts("H2", "fgsm",
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1), new string('0', 100) + new string('1', 900)),
            Make.Outcome(Make.Cell(Make.Fgsm, 0.2), new string('1', 100))));
}
