using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Tests.Plans;

public class RuleTests
{
    const string Base = """
        name: x
        dataset: [digits, mnist]
        model: cnn
        attack: [fgsm, pgd: {steps: [10, 40]}]
        defense: [none, median-filter]
        strength: [0.1, 0.2]
        seeds: 2

        """;

    static IEnumerable<Cell> Cells(string rules) => PlanTests.Planned(Base + rules).Cells.Select(c => c.Cell);

    [Fact]
    public void Without_rules_all_combinations_run() => Assert.Equal(2 * 3 * 2 * 3 * 2, Cells("").Count());

    [Fact]
    public void Exclude_removes_what_matches_all_keys()
    {
        var cells = Cells("exclude: [{attack: pgd, defense: median-filter}, {dataset: mnist, seed: 1}]");

        Assert.DoesNotContain(cells, c => c.Attack.Name == "pgd" && c.Defense.Name == "median-filter");
        Assert.DoesNotContain(cells, c => c.Dataset.Name == "mnist" && c.Seed == 1);
        Assert.Equal(72 - 2 * 2 * 3 * 2 - 3 * 2 * 3 + 2 * 3, cells.Count());
    }

    [Fact]
    public void Exclude_compares_numbers_and_ignores_choices_without_the_setting()
    {
        var cells = Cells("exclude: [{attack.steps: {gt: 10, lt: 100}}]").ToList();

        Assert.Equal(["fgsm", "pgd(norm=linf, restarts=1, step_size=none, steps=10)"], cells.Select(c => c.Attack.ToString()).Distinct());
        Assert.Equal(48, cells.Count);
    }

    [Fact]
    public void Exclude_takes_any_of_a_list() =>
        Assert.All(Cells("exclude: {defense: [none, friends]}"), c => Assert.Equal("median-filter", c.Defense.Name));

    [Fact]
    public void The_control_is_never_excluded()
    {
        var plan = PlanTests.Planned(Base + "exclude: [{attack: fgsm, strength: {ge: 0}}, {attack: pgd, strength: [0, 0.1]}]");

        Assert.All(plan.Groups, g => Assert.Equal(0, plan.Cells[g.Cells[0]].Cell.Strength));
        Assert.Equal(24, plan.Groups.Count);
        Assert.All(plan.Cells, c => Assert.True(c.Cell.Strength == 0 || c.Cell is { Attack.Name: "pgd", Strength: 0.2 }));
    }

    [Fact]
    public void A_rule_that_nothing_meets_is_told_with_its_place()
    {
        var plan = PlanTests.Planned(Base + """
            when:
              - {if: {model: softmax}, set: {seed: 7}}
              - {if: {dataset: digits}, set: {training.epochs: 20}}
            exclude:
              - {attack: fgsm, strength: {gt: 5}}
              - {attack: fgsm, dataset: mnist, strength: 0.1}
            parts:
              - {seeds: 1}
              - {model: softmax, dataset: mnist, exclude: [{dataset: digits}]}
            """);

        Assert.Equal(["12:5: this 'exclude' takes nothing away: the sweep has no such combination",
            "16:48: this 'exclude' takes nothing away: the sweep has no such combination"],
            plan.IdleRules.Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]));
    }

    [Theory]
    [InlineData("clean_acuracy", 1)]
    [InlineData("clean_accuracy", 0)]
    [InlineData("what_a_plugin_measures", 0)]
    public void A_stop_that_waits_for_a_misspelt_measurement_is_told(string metric, int told)
    {
        var lines = PlanTests.Planned($"{Base}stop: {{when: {metric} < 0.9}}").IdleRules;

        Assert.Equal(told, lines.Count);
        Assert.All(lines, l => Assert.EndsWith("which Grid does not measure; did you mean 'clean_accuracy'?", l, StringComparison.Ordinal));
    }

    [Fact]
    public void When_binds_settings_and_equal_combinations_become_one()
    {
        var plan =
            PlanTests.Planned(Base + "when: [{if: {dataset: digits}, set: {training.epochs: 20, model: softmax, model.l2: 0.5, seed: 7}}]");
        var digits = plan.Cells.Where(c => c.Cell.Dataset.Name == "digits").ToList();

        Assert.All(digits,
            c => Assert.Equal("softmax(l2=0.5) 20 7",
                $"{c.Cell.Model} {c.Cell.Training.Settings["epochs"]:X} {c.Cell.Seed}".Replace("Number { Value = 20 }", "20")));
        Assert.Equal(3 * 2 * 3, digits.Count);
        Assert.Equal(54, plan.Cells.Count);
        Assert.Equal(plan.Cells.Count, plan.Cells.Select(c => c.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 54), plan.Groups.SelectMany(g => g.Cells));
    }

    [Fact]
    public void When_may_give_other_strengths()
    {
        var plan = PlanTests.Planned(Base + "when: [{if: {attack.steps: 40}, set: {strength: {from: 1, to: 3, count: 3}}}]");

        Assert.All(plan.Groups, g => Assert.Equal(
            plan.Cells[g.Cells[0]].Cell.Attack.Settings.GetValueOrDefault("steps") == (ParameterValue)40.0 ? [0, 1, 2, 3] : [0, 0.1, 0.2],
            g.Cells.Select(c => plan.Cells[c].Cell.Strength)));
    }

    [Fact]
    public void Groups_that_become_equal_keep_the_strengths_of_all()
    {
        var plan = PlanTests.Planned(Base + """
            when:
              - {if: {attack.steps: 40}, set: {strength: 0.5}}
              - {if: {attack: pgd}, set: {attack.steps: 20}}
            """);

        Assert.All(plan.Groups.Where(g => plan.Cells[g.Cells[0]].Cell.Attack.Name == "pgd"),
            g => Assert.Equal([0, 0.1, 0.2, 0.5], g.Cells.Select(c => plan.Cells[c].Cell.Strength)));
        Assert.Equal(16, plan.Groups.Count);
    }

    [Fact]
    public void Rules_reach_into_nested_choices_and_poison()
    {
        var plan = PlanTests.Planned("""
            {name: x, dataset: digits, model: cnn, attack: fgsm, strength: 0, training: {optimizer: [adam, sgd: 0.1]},
            poison: [none, label-flip: {strength: [0.1, 0.3]}], defense: {friends: {phases: [[attack], [attack, recover]]}},
            when: {if: {training.optimizer: sgd}, set: {training.optimizer.lr: 0.2}},
            exclude: [{poison.strength: {ge: 0.2}}, {training.optimizer: adam, poison: none}, {defense.phases: recover}]}
            """);

        Assert.Equal(
            ["adam label-flip(mode=random) 0.1", "sgd  ", "sgd label-flip(mode=random) 0.1"],
            plan.Cells.Select(
                c => $"{((Pick)c.Cell.Training.Settings["optimizer"]).Value.Name} {c.Cell.Poison?.Attack} {c.Cell.Poison?.Strength}"));
        Assert.Equal("sgd(lr=0.2)", ((Pick)plan.Cells[2].Cell.Training.Settings["optimizer"]).Value.ToString());
    }

    [Theory]
    [InlineData("when: {if: {dataset: digits}, set: {attack.steps: 3}}",
        "x.yaml:8:37: 'when' sets 'attack.steps' on a combination that has no such setting; narrow its 'if'")]
    [InlineData("exclude: [{dataset: digits}, {dataset: mnist}]", "x.yaml:8:30: 'exclude' leaves nothing of the sweep; narrow it")]
    public void A_rule_that_cannot_be_met_is_named(string rule, string message) =>
        Assert.Equal(message, Assert.Throws<SpecException>(() => PlanTests.Planned(Base + rule)).Message);
}
