using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Checks;

/// <summary>What an entry is it says itself: names decide nothing.</summary>
public class AnyNameTests
{
    /// <summary>
    /// One sweep in which an iterative attack breaks less than a single step, noise and twice its steps, and whose steps do not reach the
    /// border.
    /// </summary>
    static List<string> Verdicts(string attack, string steps, string size)
    {
        Choice few = new(attack, (steps, 10), (size, 0.05)), many = new(attack, (steps, 20), (size, 0.05));
        CellOutcome[] cells =
        [
            .. from cell in new[] { (few, 700), (many, 600), (Make.Fgsm, 500), (Make.Noise, 650) }
               from point in new[] { (Strength: 0.0, Right: 1000), (Strength: 0.1, Right: cell.Item2), (Strength: 0.6, Right: cell.Item2) }
               select Make.Right(Make.Cell(cell.Item1, point.Strength), point.Right),
        ];
        return
        [
            .. from verdict in new EvaluationChecks(cells, Make.Terms).Verdicts()
               where verdict.Series.Attack == few.ToString()
               select verdict.Verdict.ToString()
                   .Replace(attack, "it", StringComparison.Ordinal)
                   .Replace(steps, "steps", StringComparison.Ordinal)
                   .Replace(size, "size", StringComparison.Ordinal),
        ];
    }

    [Fact]
    public void An_attack_called_bim_with_iterations_gets_every_check_that_pgd_gets()
    {
        var pgd = Verdicts("pgd", "steps", "step_size");
        Assert.Equal(pgd.Order(StringComparer.Ordinal), Verdicts("bim", "iterations", "alpha").Order(StringComparer.Ordinal));
        Assert.All(["fail H4", "fail H5", "fail H6", "fail H7"],
            rule => Assert.Contains(pgd, v => v.StartsWith(rule, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_name_without_traits_gets_none()
    {
        var terms = new CatalogTraits(new([new("attack", "pgd", [new("steps", ParameterKind.Integer, 40.0)], AttackKind.Evasion)]),
            (_, choice) => choice.Name, _ => false);
        Assert.Null(terms.Steps(Make.Pgd));
        Assert.Null(terms.Threat(Make.Pgd));
        Assert.False(terms.IsSingleStep(Make.Fgsm));
        Assert.False(terms.IsControl(Make.Noise));
    }

    [Fact]
    public void A_grid_is_over_the_two_parameters_that_a_defense_declares()
    {
        var vocabulary = new Vocabulary(
        [
            new("defense", "shake",
                [new("angle", ParameterKind.Number, null) { Role = ParameterRole.GridRow },
                    new("times", ParameterKind.Number, null) { Role = ParameterRole.GridColumn }]),
            new("defense", "other", [new("noise_std", ParameterKind.Number, null), new("clip_threshold", ParameterKind.Number, null)]),
        ]);
        var terms = new CatalogTraits(vocabulary, (_, choice) => choice.ToString(), _ => false);
        CellOutcome[] cells =
        [
            .. from defense in new[] { new Choice("shake", ("angle", 3), ("times", 4)),
                new("other", ("noise_std", 3), ("clip_threshold", 4)) }
               from strength in new[] { 0.0, 1 }
               let cell = Make.Cell(new("price-poisoning"), strength) with { Defense = defense }
               select Make.Outcome(cell, (Metric.AttackSuccessRate, Measurement.Rate(1, 10))),
        ];
        var row = Assert.Single(FriendsRows.Build(cells, terms));
        Assert.Equal(("shake", 3, 4), (row.Defense, row.NoiseStd, row.ClipThreshold));
    }
}
