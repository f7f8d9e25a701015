using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Strengths;
using Grid.Sweeps.Tests.Plans;
using Grid.Sweeps.Tracking;
using MathNet.Numerics.Distributions;

namespace Grid.Sweeps.Tests.Strengths;

/// <summary>Rules that choose strengths: what they evaluate is a function of the results alone, and says what a dense grid says.</summary>
public class StrengthRuleTests
{
    internal const int Samples = 500;

    internal const string Search = "{find: 0.5, within: 0.002, to: 0.3}";

    internal static Plan Planned(string strength, string more = "") =>
        PlanTests.Planned($"{{name: a, dataset: mnist, model: cnn, attack: [fgsm, pgd], seeds: 2, strength: {strength}{more}}}");

    /// <summary>Accuracy falls along a normal distribution function, elsewhere for every group; rounded to samples.</summary>
    static CellResult Result(PlannedCell cell)
    {
        var middle = 0.05 + 0.03 * cell.Cell.Seed + (cell.Cell.Attack.Name == "fgsm" ? 0.1 : 0);
        var right = (long)Math.Round(Samples * 0.98 * (1 - Normal.CDF(middle, 0.02, cell.Cell.Strength)));
        return Make.Done(cell.Id, (Metric.RobustAccuracy, Measurement.Rate(right, Samples)),
            (Metric.CleanAccuracy, Measurement.Rate(490, Samples)));
    }

    /// <summary>Runs a plan by leases, as one machine or many do, and gives what is part of the sweep then.</summary>
    internal static IReadOnlyList<CellOutcome> Run(Plan plan, Random? kills = null, Dictionary<int, CellResult>? known = null,
        Func<PlannedCell, CellResult>? measure = null)
    {
        measure ??= Result;
        var results = new Dictionary<int, CellResult>(known ?? []);
        var clock = new HandClock();
        SweepBook Opened()
        {
            var book = new SweepBook(plan, new string?[plan.Groups.Count], TimeSpan.FromSeconds(20), Make.Terms, clock);
            foreach (var (cell, result) in results) book.Recall(cell, result, known: true);
            return book;
        }

        var book = Opened();
        while (!book.Progress.IsFinished)
        {
            var lease = book.Next("w", new HashSet<string>());
            Assert.NotNull(lease);
            foreach (var cell in lease.Cells)
            {
                if (kills?.Next(4) == 0)
                {
                    // The coordinator and its worker are gone; results that were kept are read again.
                    book = Opened();
                    lease = null;
                    break;
                }

                book.Report(cell, results[cell] = measure(plan.Cells[cell]), lease.Token);
            }

            if (lease is not null) book.Release(lease.Group, lease.Token, default, fault: false);
        }

        Assert.Equal(book.Progress.Done, book.Curves.Sum(c => c.Done));
        Assert.Equal(book.Progress.Total, book.Curves.Sum(c => c.Cells));
        return plan.Outcomes(c => results.GetValueOrDefault(c.Index));
    }

    [Fact]
    public void A_search_finds_what_the_dense_grid_says_with_an_eighth_of_its_cells()
    {
        var dense = CurveSummary.Of(WithOutcomes(Run(Planned("{from: 0, to: 0.3, count: 61}"))), Make.Terms);
        var found = Run(Planned(Search));
        Assert.All(CurveSummary.Of(WithOutcomes(found), Make.Terms).Zip(dense), pair =>
        {
            Assert.Equal(pair.Second.EpsilonAtHalf.Value, pair.First.EpsilonAtHalf.Value, 0.002);
            Assert.True(pair.Second.EpsilonAtHalf.Holds(pair.First.EpsilonAtHalf.Value));
        });
        Assert.InRange(found.Count(o => o.Cell.Attack.Name == "pgd"), 2 * 4, 2 * 61 / 8);
        Assert.All(found, outcome => Assert.Equal(CellStatus.Done, outcome.Status));
    }

    // One gradient serves all strengths of fgsm: what costs is a round.
    [Fact]
    public void An_attack_that_shares_its_work_is_searched_in_two_rounds()
    {
        var plan = Planned(Search);
        var book = new SweepBook(plan, new string?[plan.Groups.Count], TimeSpan.FromSeconds(20), Make.Terms, new HandClock());
        var rounds = new int[plan.Groups.Count];
        while (book.Next("w", new HashSet<string>()) is { } lease)
        {
            rounds[lease.Group]++;
            foreach (var cell in lease.Cells) book.Report(cell, Result(plan.Cells[cell]), lease.Token);
            book.Release(lease.Group, lease.Token, default, fault: false);
        }

        var wide = plan.Groups.Where(g => plan.Cells[g.Cells[0]].Cell.Attack.Name == "fgsm").Select(g => rounds[g.Index]);
        Assert.All(wide, count => Assert.InRange(count, 2, 3));
    }

    // At 0.1 it is at the level already, and by chance above it at the next strength.
    [Fact]
    public void A_curve_that_crosses_the_level_twice_is_found_where_it_does_first()
    {
        var plan = Planned("{find: 0.5, within: 0.01, to: 0.3}");
        int Right(int place) => place < 10 ? 300 - 5 * place : place == 10 ? 250 : place == 11 ? 251 : 250 - 8 * (place - 11);
        var rates = Enumerable.Range(0, 31).Select(Right).ToArray();
        foreach (var group in plan.Groups)
        {
            var asked = StrengthRequest.Of(plan.Rule(group.Index)!, [.. group.Cells.Select(c => plan.Cells[c].Cell.Strength)],
                place => Make.Done(plan.Cells[group.Cells[place]].Id, (Metric.RobustAccuracy, Measurement.Rate(rates[place], Samples))));
            Assert.True(asked.Ended);
            Assert.Contains(9, asked.Places);
            Assert.Contains(10, asked.Places);
        }
    }

    // It is at the level, then one sample above it at the next strengths, up to the most that are doubted.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void A_crossing_is_found_before_strengths_that_are_a_single_sample_above_the_level(int above)
    {
        var plan = Planned("{find: 0.5, within: 0.01, to: 0.3}");
        var group = plan.Groups.First(g => plan.Cells[g.Cells[0]].Cell.Attack.Name == "pgd");
        var found = 0;
        for (var crossing = 4; crossing < 24; crossing++)
        {
            int Right(int place) =>
                place < crossing ? 300 - place : place == crossing ? 250 : place <= crossing + above ? 251 : 200 - place;
            var asked = StrengthRequest.Of(plan.Rule(group.Index)!, [.. group.Cells.Select(c => plan.Cells[c].Cell.Strength)],
                place => Make.Done(plan.Cells[group.Cells[place]].Id, (Metric.RobustAccuracy, Measurement.Rate(Right(place), Samples))));
            Assert.True(asked.Ended);
            if (asked.Places.Contains(crossing) && asked.Places.Contains(crossing - 1)) found++;
        }

        Assert.Equal(20, found);
    }

    [Fact]
    public void The_same_cells_are_evaluated_after_any_number_of_kills()
    {
        foreach (var plan in new[] { Planned(Search), Planned("{adaptive: 9, to: 0.3}"), Planned("{from: 0, to: 0.3, count: 13}") })
        {
            var expected = Run(plan);
            for (var seed = 0; seed < 20; seed++) Assert.Equal(Text(expected), Text(Run(plan, new Random(seed))));
        }
    }

    [Fact]
    public void Results_of_other_sweeps_change_nothing_but_the_work()
    {
        var plan = Planned(Search);
        var known = plan.Cells.Where(c => c.Index % 3 == 0).ToDictionary(c => c.Index, Result);
        Assert.Equal(Text(Run(plan)), Text(Run(plan, known: known)));
    }

    [Fact]
    public void A_curve_is_provisional_until_its_last_cell_is_settled()
    {
        var plan = Planned(Search);
        var all = Run(plan);
        var begun = plan.Outcomes(c => c.Cell.Strength is 0 or 0.3 ? Result(c) : null);
        Assert.All(CurveBuilder.Build(begun, Make.Terms).Where(c => c.Attack != "worst-case"), curve => Assert.True(curve.Open > 0));
        Assert.All(CurveBuilder.Build(all, Make.Terms), curve => Assert.Equal(0, curve.Open));
        Assert.All(CurveSummary.Of(WithOutcomes(all), Make.Terms), summary => Assert.Equal(0, summary.Open));
    }

    [Fact]
    public void Every_evaluated_strength_is_an_ordinary_cell()
    {
        var grid = Planned("{from: 0, to: 0.3, step: 0.002}").Cells.Select(c => c.Id).ToHashSet();
        Assert.All(Planned(Search).Cells, c => Assert.Contains(c.Id, grid));
    }

    [Fact]
    public void Adaptive_strengths_lie_where_the_curve_falls()
    {
        var found = Run(Planned("{adaptive: 9, to: 0.3}")).Where(o => o.Cell is { Seed: 0, Attack.Name: "fgsm" }).Select(o =>
            o.Cell.Strength).ToList();
        Assert.Equal(9, found.Count);
        Assert.Equal((0, 0.3), (found[0], found[^1]));
        // The curve falls from 98 to 2 % between 0.11 and 0.19.
        Assert.InRange(found.Count(s => s is > 0.1 and < 0.2), 5, 9);
    }

    [Fact]
    public void A_level_that_is_never_reached_costs_the_ends_alone() =>
        Assert.Equal([0, 0.01], Run(Planned("{find: 0.5, within: 0.001, to: 0.01}")).Where(o => o.Cell.Attack.Name == "pgd")
            .Select(o => o.Cell.Strength).Distinct());

    [Fact]
    public void A_share_of_the_clean_accuracy_can_be_looked_for()
    {
        var found = Run(Planned("{find: 0.5, relative_to: clean_accuracy, within: 0.002, to: 0.3}")).Where(o =>
            o.Cell is { Seed: 1, Attack.Name: "fgsm" });
        var bracket = found.Where(o => o.Measured(Metric.RobustAccuracy)!.Value > 0.49).Max(o => o.Cell.Strength);
        Assert.InRange(bracket, 0.178, 0.18);
    }

    [Fact]
    public void A_search_may_begin_above_the_control()
    {
        var plan = Planned("{find: 0.5, within: 0.01, from: 0.1, to: 0.3}");
        Assert.Equal(22, plan.Groups[0].Cells.Count);
        Assert.Equal([0, 0.1, 0.3], Run(plan).Where(o => o.Cell is { Seed: 0, Attack.Name: "pgd" }).Select(o => o.Cell.Strength));
    }

    [Fact]
    public void Every_curve_is_coarse_before_any_is_fine()
    {
        var plan = Planned("{from: 0, to: 0.3, count: 13}");
        var book = new SweepBook(plan, new string?[plan.Groups.Count], TimeSpan.FromSeconds(20), Make.Terms, new HandClock());
        var order = new List<(int Group, int Cells)>();
        while (book.Next("w", new HashSet<string>()) is { } lease)
        {
            order.Add((lease.Group, lease.Cells.Count));
            foreach (var cell in lease.Cells) book.Report(cell, Result(plan.Cells[cell]), lease.Token);
            book.Release(lease.Group, lease.Token, default, fault: false);
        }

        Assert.Equal([(0, 2), (1, 2), (2, 2), (3, 2), (0, 11), (1, 11), (2, 11), (3, 11)], order);
        Assert.Equal(52, book.Progress.Done);
        Assert.All(Planned("{from: 0, to: 0.3, count: 13}", ", order: sequential").Groups, g =>
            Assert.Null(Planned("{from: 0, to: 0.3, count: 13}", ", order: sequential").Rule(g.Index)));
    }

    [Fact]
    public void A_hopeless_combination_is_skipped_and_says_why()
    {
        var outcomes = Run(Planned("{from: 0, to: 0.3, count: 13}", ", stop: {when: clean_accuracy < 0.99}"));
        Assert.Equal((4, 48), (outcomes.Count(o => o.Status == CellStatus.Done), outcomes.Count(o => o.Status == CellStatus.Skipped)));
        Assert.Equal("clean_accuracy 0.98 < 0.99", outcomes[1].Skipped);
        Assert.Equal(52, Run(Planned("{from: 0, to: 0.3, count: 13}", ", stop: {when: clean_accuracy < 0.9}")).Count(o =>
            o.Status == CellStatus.Done));
    }

    [Fact]
    public void A_failed_cell_ends_a_search_and_a_retry_goes_on()
    {
        var plan = PlanTests.Planned($"{{name: a, dataset: mnist, model: cnn, attack: pgd, seeds: 2, strength: {Search}}}");
        var book = new SweepBook(plan, new string?[plan.Groups.Count], TimeSpan.FromSeconds(20), Make.Terms, new HandClock());
        var lease = book.Next("w", new HashSet<string>())!;
        book.Report(lease.Cells[0], Result(plan.Cells[lease.Cells[0]]), lease.Token);
        book.Report(lease.Cells[1],
            CellResult.Failed(plan.Cells[lease.Cells[1]].Id, FailureKind.Experiment, "broken", 0, 1, Make.Here), lease.Token);
        book.Release(lease.Group, lease.Token, default, fault: false);
        Assert.Equal((1, 1), (book.Progress.Done, book.Progress.Failed));
        Assert.Equal(1, book.Next("w", new HashSet<string>())!.Group);

        Assert.Equal(1, book.Retry(null));
        Assert.Equal((1, 0), (book.Progress.Done, book.Progress.Failed));
        Assert.Equal((0, 1), (book.Next("w", new HashSet<string>()) is { } again ? (again.Group, again.Cells.Count) : default));
    }

    [Fact]
    public void Plans_of_the_same_candidates_with_other_rules_are_others()
    {
        string[] hashes = [.. new[] { Search, "{find: 0.4, within: 0.002, to: 0.3}", "{from: 0, to: 0.3, step: 0.002}" }.Select(s =>
            Planned(s).Hash8)];
        Assert.Equal(3, hashes.Distinct().Count());
        Assert.Equal(hashes[2], Planned("{from: 0, to: 0.3, step: 0.002}", ", order: sequential").Hash8);
    }

    [Theory]
    [InlineData("{find: 2, within: 0.1, to: 1}", "", "'find' must be above 0 and below 1")]
    [InlineData("{find: 0.5, to: 1}", "", "needs 'within'")]
    [InlineData("{find: 0.5, within: 0.1}", "", "needs 'to'")]
    [InlineData("{find: 0.5, within: 0.00001, to: 1}", "", "'within' must be at least 0.0005")]
    [InlineData("{find: 0.5, of: accuracy, within: 0.1, to: 1}", "", "unknown metric")]
    [InlineData("{find: 0.5, wthin: 0.1, to: 1}", "", "within")]
    [InlineData("{adaptive: 1.5, to: 1}", "", "must be above 2")]
    [InlineData("{adaptive: 9, from: 1, to: 1}", "", "'to' must be above 'from'")]
    [InlineData("[0, 1]", ", stop: {when: clean_accuracy}", "'stop' takes {when:")]
    [InlineData("[0, 1]", ", order: random", "'order' is 'interleaved'")]
    public void What_a_rule_cannot_mean_is_told_with_its_place(string strength, string more, string expected)
    {
        var message = Assert.Throws<SpecException>(() => Planned(strength, more)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("x.yaml:1:", message, StringComparison.Ordinal);
    }

    internal static string Text(IReadOnlyList<CellOutcome> outcomes) =>
        string.Join('\n', outcomes.Select(o => $"{o.Id} {o.Measured(Metric.RobustAccuracy)}"));

    /// <summary>Outcome bits of as many samples as the rate says.</summary>
    static IReadOnlyList<CellOutcome> WithOutcomes(IReadOnlyList<CellOutcome> outcomes) =>
        [.. outcomes.Select(o => o with { Result = o.Result! with { Outcomes =
            OutcomeBits.From([.. Enumerable.Range(0, Samples).Select(i => i < o.Measured(Metric.RobustAccuracy)!.Successes)]) } })];
}
