using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Tests.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Looking for the parameters of an attack that lower accuracy most.</summary>
public sealed class ParameterSearchTests
{
    const string Steps = "{pgd: {steps: [1, 2, 10, 20], step_size: [0.01, 0.25]}, budget: BUDGET}";

    static Choice Search(string search)
    {
        var spec = SweepFile.Parse(
            $"{{name: a, dataset: digits, model: softmax, attack: {{search: {search}}}, strength: [0.1]}}", "x.yaml", Catalogue.Vocabulary);
        return Assert.IsType<Pick>(Assert.Single(spec.Parts[0].Axes.Single(a => a.Name == Category.Attack).Values.Expand())).Value;
    }

    static Cell Cell(Choice attack, double strength) => TestLaboratory.Small("fgsm", "none", strength) with { Attack = attack };

    static IReadOnlyList<Choice> Candidates(Choice search) => Catalogue.Traits.Candidates(search)!;

    [Fact]
    public void Lists_of_parameters_are_candidates_and_no_axis()
    {
        var search = Search(Steps.Replace("BUDGET", "8"));
        Assert.Equal(8, Candidates(search).Count);
        Assert.Equal("search(pgd(steps=[1, 2, 10, 20], step_size=[0.01, 0.25]), budget=8)",
            Catalogue.Vocabulary.Label(Category.Attack, search));
        Assert.Equal("linf", Catalogue.Traits.Threat(search));
        Assert.Equal(["fgsm", "pgd", "pgd"], Candidates(Search("{fgsm: , pgd: {restarts: [1, 2]}}")).Select(c => c.Name));
        Assert.Equal(["fgsm", "pgd"], Candidates(Search("[fgsm, pgd]")).Select(c => c.Name));
    }

    [Fact]
    public void The_worse_half_leaves_and_what_is_left_is_what_breaks_most()
    {
        var search = Search(Steps.Replace("BUDGET", "4"));
        using var bench = new TestLaboratory();
        var results = bench.Run([Cell(search, 0), Cell(search, 0.1)]);
        var found = results[1];
        Assert.DoesNotContain(Metric.SearchChosen, results[0].Measurements.Keys);

        var candidates = Candidates(search);
        var alone = candidates.Select(c => bench.Run([Cell(c, 0.1)])[0]).ToList();
        var chosen = (int)found.Measurements[Metric.SearchChosen].Value - 1;
        // What breaks most on all samples is among the best in the end.
        Assert.InRange(alone[chosen].Outcomes!.Ones, 0, alone.Min(r => r.Outcomes!.Ones) + 5);
        Assert.Equal(alone[chosen].Outcomes, found.Outcomes);

        var tried = candidates.Select(c => found.Measurements[Metric.Tried(Catalogue.Vocabulary.Label(Category.Attack, c))]).ToList();
        var samples = found.Outcomes!.Count;
        // 8, 4 and 2 attacks in three rounds, each on a third of the budget: 83, 166 and 333 of 500 samples.
        Assert.Equal([83, 83, 83, 83, 166, 166, 333, 333], tried.Select(t => t.Count).Order());
        Assert.InRange(tried.Sum(t => t.Count), 0, 4 * samples);
        Assert.Equal(333, tried[chosen].Count);
        Assert.All(candidates.Zip(alone, tried), c => Assert.Equal(
            Enumerable.Range(0, (int)c.Third.Count).Count(i => c.Second.Outcomes![i]), c.Third.Successes));

        double Passes(CellResult result, string metric) => result.Measurements[metric].Value;
        Assert.Equal(Passes(found, Metric.GradientPasses),
            Passes(alone[chosen], Metric.GradientPasses) + Passes(found, Metric.SearchGradientPasses), 1e-6);
        Assert.True(Passes(found, Metric.SearchForwardPasses) > Passes(found, Metric.SearchGradientPasses));
    }

    [Fact]
    public void A_strength_is_searched_by_itself_and_whatever_is_asked_for_beside_it()
    {
        var search = Search(Steps.Replace("BUDGET", "4"));
        using var bench = new TestLaboratory();
        var together = bench.Run([Cell(search, 0.2), Cell(search, 0), Cell(search, 0.05)]).Select(TestLaboratory.Numbers).ToList();
        using var threads = new TestLaboratory(threads: 2);
        Assert.Equal(together, new[] { 0.2, 0, 0.05 }.Select(s => TestLaboratory.Numbers(threads.Run([Cell(search, s)])[0])));
    }

    [Fact]
    public void What_was_tried_is_shown_with_what_was_found()
    {
        var search = Search(Steps.Replace("BUDGET", "4"));
        using var bench = new TestLaboratory();
        Cell[] cells = [Cell(search, 0), Cell(search, 0.1)];
        var trials = SearchTrials.Of(
            [.. cells.Zip(bench.Run(cells), (cell, result) => new CellOutcome(cell, result.Cell, result))], Catalogue.Traits);
        Assert.Equal(8, trials.Count);
        Assert.Equal((1, 1), (trials[0].Chosen, trials[0].Seeds));
        Assert.All(trials.Skip(1), t => Assert.Equal(0, t.Chosen));
        Assert.StartsWith("pgd(", trials[0].Tried, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{pgdd: {steps: 1}}", "did you mean 'pgd'")]
    [InlineData("{pgd: {step: [1, 2]}}", "unknown parameter 'step'")]
    [InlineData("{pgd: {steps: []}}", "the list is empty")]
    [InlineData("{pgd: {steps: [1, 2]}, attacks: [fgsm]}", "take one of both")]
    [InlineData("{budget: 20}", "needs 'attacks'")]
    [InlineData("{pgd: {steps: [1, 2]}, budget: 0}", "must be at least 1")]
    public void What_a_search_cannot_mean_is_told_with_its_place(string search, string expected)
    {
        var message = Assert.Throws<SpecException>(() => Search(search)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("x.yaml:1:", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{pgd: {steps: 40}}", "among 2 attacks to 256, and this has 1")]
    [InlineData("{pgd: {norm: [linf, l2]}}", "take those of one norm")]
    [InlineData("{pgd: {steps: [1, 2], restarts: [1, 2, 3, 4], step_size: [0.1, 0.2, 0.3, 0.4, 0.5]}, budget: 1}",
        "give budget: 5 or more")]
    [InlineData("[fgsm, transfer]", "no search and no transfer")]
    [InlineData("[fgsm, label-flip]", "must be evasion attacks")]
    public void What_cannot_be_searched_is_refused_before_any_work(string search, string expected) => Assert.Contains(expected,
        Compatibility.Objection(Cell(Search(search), 0.1), Data), StringComparison.Ordinal);

    static Lab.Datasets.Dataset Data
    {
        get
        {
            using var bench = new TestLaboratory();
            return bench.Laboratory.Data(Choices.Of(Category.Dataset, "digits"));
        }
    }
}
