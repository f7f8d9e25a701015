using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Measures;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Defenses;

/// <summary>What is refused before any work.</summary>
public sealed class RefusedDefensesTests
{
    static readonly Dataset Digits = new Digits().Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult();

    [Theory]
    [InlineData("{gaussian-filter: {sigma: 0}}", "above 0")]
    [InlineData("{mean-filter: {size: 0}}", "at least 2")]
    [InlineData("{bit-depth: {bits: 0}}", "at least 1")]
    [InlineData("{jpeg: 0}", "at least 1")]
    [InlineData("{jpeg: 101}", "at most 100")]
    [InlineData("{randomized-smoothing: {sigma: 0}}", "above 0")]
    [InlineData("{randomized-smoothing: {alpha: 0.5}}", "below 0.5")]
    [InlineData("{total-variation: {weight: 0}}", "above 0")]
    [InlineData("{chain: [{bit-depth: 0}]}", "at least 1")]
    public void Parameters_out_of_their_domain(string defense, string part) => Assert.Contains(part, Assert.Throws<SpecException>(
        () => SweepFile.Parse($"{{name: x, dataset: digits, model: cnn, attack: fgsm, strength: 0, defense: {defense}}}", "x.yaml",
            Catalogue.Vocabulary)).Message, StringComparison.Ordinal);

    static string Objection(Choice defense, string dataset = "digits", string model = "softmax") => Trying(() => Compatibility.Objection(
        new(
            Made.Choice(Category.Dataset, dataset), Made.Choice(Category.Model, model), Made.Choice(Category.Training, "training"), null,
            Made.Choice(Category.Attack, "fgsm"), defense, 0, 0, Made.Choice(Category.Evaluation, "evaluation")),
        dataset == "houses" ? new Houses().Load(RealData.DataFolder(), null, CancellationToken.None).GetAwaiter().GetResult() : Digits));

    static string Trying(Func<string?> objection)
    {
        try
        {
            return objection() ?? "none";
        }
        catch (LabException e)
        {
            return e.Message;
        }
    }

    static Choice Chain(params Choice[] links) =>
        Made.Defense("chain", ("defenses", new Many([.. links.Select(l => (Grid.Sweeps.Cells.ParameterValue)l)])));

    [Fact]
    public void A_window_larger_than_the_image()
    {
        foreach (var name in new[] { "mean-filter", "min-filter", "max-filter", "median-filter" })
        {
            Assert.Contains("larger than images of 8 x 8", Objection(Made.Defense(name, ("size", 9))), StringComparison.Ordinal);
            Assert.Equal("none", Objection(Made.Defense(name, ("size", 8))));
            Assert.Contains("larger than images of 8 x 8", Objection(Chain(Made.Defense(name, ("size", 9)))), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("fgsm-training")]
    [InlineData("pgd-training")]
    [InlineData("randomized-smoothing")]
    public void A_chain_of_what_does_not_change_the_input(string name) =>
        Assert.Contains($"{name} cannot stand in a chain", Objection(Chain(Made.Defense(name))), StringComparison.Ordinal);

    [Fact]
    public void Smoothing_that_could_never_answer() =>
        Assert.Contains("take 11 or more", Objection(Made.Defense("randomized-smoothing", ("n0", 10))), StringComparison.Ordinal);

    [Theory]
    [InlineData(9, 0.001, "take 10 or more")]
    [InlineData(10, 0.001, "none")]
    [InlineData(10, 0.0009765625, "take 11 or more")]
    [InlineData(3, 0.25, "none")]
    public void Smoothing_that_could_never_certify(double n, double alpha, string expected) =>
        Assert.Contains(expected, Objection(Made.Defense("randomized-smoothing", ("n", n), ("alpha", alpha))), StringComparison.Ordinal);

    [Fact]
    public void Smoothing_of_a_regression() =>
        Assert.Contains("is a regression", Objection(Made.Defense("randomized-smoothing"), "houses", "linear"), StringComparison.Ordinal);
}
