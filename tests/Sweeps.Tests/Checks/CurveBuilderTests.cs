using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Tests.Checks;

public class CurveBuilderTests
{
    static SecurityCurve Curve(IReadOnlyList<CellOutcome> cells, string attack, string metric = Metric.RobustAccuracy) =>
        CurveBuilder.Build(cells, Make.Terms).Single(c => c.Attack == attack && c.Metric == metric);

    [Fact]
    public void One_seed_has_the_interval_of_its_samples()
    {
        var curve = Curve([Make.Right(Make.Cell(Make.Fgsm, 0.1), 780), Make.Right(Make.Cell(Make.Fgsm, 0), 1000)], "fgsm");
        Assert.Equal([0, 0.1], curve.Points.Select(p => p.Strength));
        var (low, high) = Intervals.ClopperPearson(780, 1000);
        Assert.Equal(new CurvePoint(0.1, 1000, 0.78, low, high, Seeds: 1, Total: 1), curve.Points[1]);
    }

    [Fact]
    public void Several_seeds_have_the_interval_of_their_mean_within_0_and_1()
    {
        int[] right = [100, 140, 120];
        var point = Curve([.. right.Select((r, seed) => Make.Right(Make.Cell(Make.Fgsm, 0.1, seed), r))], "fgsm").Points.Single();
        Assert.Equal(0.12, point.Mean, 1e-12);
        // Standard deviation 0.02, t(2) = 4.3027; and the samples, which the seeds share.
        Assert.Equal(0.12 - double.Hypot(4.30265 * 0.02 / Math.Sqrt(3), 0.12 - Intervals.ClopperPearson(120, 1000).Low), point.Low, 1e-6);
        Assert.Equal(3, point.Seeds);
        var wide =
            Curve([Make.Right(Make.Cell(Make.Fgsm, 0.1), 0), Make.Right(Make.Cell(Make.Fgsm, 0.1, 1), 1000)], "fgsm").Points.Single();
        Assert.Equal((0, 1), (wide.Low, wide.High));
    }

    [Fact]
    public void Seeds_that_agree_leave_the_doubt_about_samples()
    {
        var point =
            Curve([.. Enumerable.Range(0, 3).Select(seed => Make.Right(Make.Cell(Make.Fgsm, 0.1, seed), 0))], "fgsm").Points.Single();
        Assert.Equal((0, Intervals.ClopperPearson(0, 1000).High), (point.Low, point.High));
    }

    [Fact]
    public void Unfinished_and_failed_seeds_count_towards_the_total_only()
    {
        var failed = Make.Pending(Make.Cell(Make.Fgsm, 0.1, 2));
        failed = failed with { Result = CellResult.Failed(failed.Id, FailureKind.Experiment, "loss is NaN", 1, 1, Make.Here) };
        CellOutcome[] cells = [Make.Right(Make.Cell(Make.Fgsm, 0.1), 500), Make.Pending(Make.Cell(Make.Fgsm, 0.1, 1)), failed,
            Make.Pending(Make.Cell(Make.Fgsm, 0.2))];
        var point = Assert.Single(Curve(cells, "fgsm").Points);
        Assert.Equal((1, 3, 0.5), (point.Seeds, point.Total, point.Mean));
    }

    [Fact]
    public void Attack_success_has_a_curve_of_its_own_over_its_own_count()
    {
        var cell = Make.Outcome(Make.Cell(Make.Fgsm, 0.1), (Metric.AttackSuccessRate, Measurement.Rate(30, 90)),
            (Metric.RobustAccuracy, Measurement.Rate(60, 100)));
        Assert.Equal((90, 1.0 / 3), Curve([cell], "fgsm", Metric.AttackSuccessRate).Points.Select(p => (p.Count, p.Mean)).Single());
        Assert.Equal((100, 0.6), Curve([cell], "fgsm").Points.Select(p => (p.Count, p.Mean)).Single());
    }

    [Fact]
    public void A_sweep_without_results_has_no_curves() =>
        Assert.Empty(CurveBuilder.Build([Make.Pending(Make.Cell(Make.Fgsm, 0))], Make.Terms));

    [Fact]
    public void The_worst_case_is_taken_per_sample()
    {
        var curve = Curve(
            [
                Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "11110000"),
                Make.Outcome(Make.Cell(Make.Pgd, 0.1), "00111100"),
                Make.Outcome(Make.Cell(Make.Noise, 0.1), "00000001"),
            ],
            "worst-case");
        Assert.Equal((0.25, 8), curve.Points.Select(p => (p.Mean, p.Count)).Single());
        Assert.Equal(("digits", "cnn", "none"), (curve.Dataset, curve.Model, curve.Defense));
    }

    [Fact]
    public void The_worst_case_is_taken_per_seed()
    {
        var point = Curve(
            [
                Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "1100"), Make.Outcome(Make.Cell(Make.Fgsm, 0.1, 1), "0011"),
                Make.Outcome(Make.Cell(Make.Pgd, 0.1), "1000"), Make.Outcome(Make.Cell(Make.Pgd, 0.1, 1), "0111"),
            ],
            "worst-case").Points.Single();
        Assert.Equal((0.375, 2), (point.Mean, point.Seeds));
    }

    [Fact]
    public void The_worst_case_waits_for_every_attack()
    {
        CellOutcome[] cells = [Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "1100"), Make.Pending(Make.Cell(Make.Pgd, 0.1))];
        Assert.DoesNotContain(CurveBuilder.Build(cells, Make.Terms), c => c.Attack == "worst-case");
    }

    [Fact]
    public void One_attack_and_noise_have_no_worst_case()
    {
        CellOutcome[] cells = [Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "1100"), Make.Outcome(Make.Cell(Make.Noise, 0.1), "1000")];
        Assert.DoesNotContain(CurveBuilder.Build(cells, Make.Terms), c => c.Attack.StartsWith("worst", StringComparison.Ordinal));
    }

    [Fact]
    public void Attacks_of_different_norms_share_no_worst_case()
    {
        var far = new Choice("pgd", ("norm", "l2"), ("steps", 40));
        CellOutcome[] cells =
        [
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "1100"), Make.Outcome(Make.Cell(Make.Pgd, 0.1), "1010"),
            Make.Outcome(Make.Cell(far, 0.1), "0000"),
        ];
        Assert.Equal(0.25, Curve(cells, "worst-case linf").Points.Single().Mean);
        Assert.DoesNotContain(CurveBuilder.Build(cells, Make.Terms), c => c.Attack == "worst-case l2");
    }

    [Fact]
    public void Worst_cases_of_attackers_who_know_unlike_things_have_names_of_their_own()
    {
        Cell Naive(Choice attack) => Make.Cell(attack, 0.1) with { Evaluation = new("evaluation", ("attacker", "naive")) };
        CellOutcome[] cells =
        [
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "1100"), Make.Outcome(Make.Cell(Make.Pgd, 0.1), "1010"),
            Make.Outcome(Naive(Make.Fgsm), "1110"), Make.Outcome(Naive(Make.Pgd), "1110"),
        ];
        var worst = CurveBuilder.Build(cells, Make.Terms).Where(c => c.Attack.StartsWith("worst", StringComparison.Ordinal)).ToList();
        Assert.Equal([0.25, 0.75], worst.Select(c => c.Points.Single().Mean));
        Assert.Equal(2, worst.Select(c => c.Attack).Distinct().Count());
        Assert.Contains("naive", worst[1].Attack, StringComparison.Ordinal);
    }

    [Fact]
    public void The_threat_is_the_norm_else_what_strength_counts_and_a_scale_compares_with_nothing()
    {
        var terms = new CatalogTraits(
            new(
            [
                new("attack", "fgsm", [new("norm", ParameterKind.Word, "linf") { Role = ParameterRole.Norm }], AttackKind.Evasion)
                {
                    Strength = new("epsilon", ParameterKind.Number, 0.0),
                    Unit = StrengthUnit.Epsilon,
                },
                new("attack", "ddn", [], AttackKind.Evasion)
                {
                    Strength = new("epsilon", ParameterKind.Number, 0.0),
                    Unit = StrengthUnit.Epsilon,
                    Norm = "l2",
                },
                new("attack", "flow", [], AttackKind.Evasion)
                {
                    Strength = new("pixels", ParameterKind.Number, 0.0),
                    Unit = StrengthUnit.Pixels,
                },
                new("attack", "turn", [], AttackKind.Evasion)
                {
                    Strength = new("scale", ParameterKind.Number, 0.0),
                    Unit = StrengthUnit.Scale,
                    StrengthMultiplies = true,
                },
                new("attack", "borrowed",
                    [new("attack", ParameterKind.Choice, null, Category: "attack") { Role = ParameterRole.Attack }], AttackKind.Evasion)
                {
                    Strength = new("epsilon", ParameterKind.Number, 0.0),
                    Unit = StrengthUnit.Epsilon,
                },
                new("attack", "flip", [], AttackKind.Poisoning)
                {
                    Strength = new("fraction", ParameterKind.Number, 0.0),
                    Unit = StrengthUnit.Fraction,
                },
            ]),
            (_, choice) => choice.Name,
            _ => false);
        Assert.Equal("linf", terms.Threat(new("fgsm")));
        Assert.Equal("l2", terms.Threat(new("fgsm", ("norm", "l2"))));
        Assert.Equal("l2", terms.Threat(new("ddn")));
        Assert.Equal("pixels", terms.Threat(new("flow")));
        Assert.NotEqual(terms.Threat(new("turn", ("rotation", 30))), terms.Threat(new("turn", ("rotation", 15))));
        Assert.Null(terms.Threat(new("flip")));
        Assert.Equal(new(StrengthUnit.Epsilon, "epsilon", "linf"), terms.Axis(new("fgsm")));
        Assert.Equal(new(StrengthUnit.Epsilon, "epsilon", "l2"), terms.Axis(new("fgsm", ("norm", "l2"), ("steps", 3))));
        Assert.Equal(new(StrengthUnit.Epsilon, "epsilon", "l2"), terms.Axis(new("ddn")));
        Assert.Equal(new(StrengthUnit.Pixels, "pixels"), terms.Axis(new("flow")));
        Assert.Equal(new(StrengthUnit.Scale, "scale"), terms.Axis(new("turn", ("rotation", 15))));
        Assert.Equal(new(StrengthUnit.Fraction, "fraction"), terms.Axis(new("flip", ("mode", "targeted"))));
        Assert.Equal(new(StrengthUnit.Pixels, "pixels"), terms.Axis(new("borrowed", ("attack", new Choice("flow")))));
        Assert.Null(terms.Axis(new("other")));
        CellOutcome[] cells = [.. new[] { "fgsm", "flow", "turn" }.Select(name => Make.Outcome(Make.Cell(new(name), 0.1), "1100"))];
        Assert.DoesNotContain(CurveBuilder.Build(cells, terms), c => c.Attack.StartsWith("worst", StringComparison.Ordinal));
    }

    [Fact]
    public void Targets_do_not_mix()
    {
        CellOutcome[] cells =
        [
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1), "1111"),
            Make.Outcome(Make.Cell(Make.Pgd, 0.1, defense: "median-filter"), "0000"),
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1) with { Poison = new(new("label-flip"), 0.1) }, "1000"),
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1) with { Training = new("training", ("epochs", 4)) }, "1100"),
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1) with { Training = new("training", ("epochs", 5)) }, "1000"),
            Make.Outcome(Make.Cell(Make.Fgsm, 0.1) with { Training = new("training") }, "1110"),
        ];
        var curves = CurveBuilder.Build(cells, Make.Terms).Where(c => c.Metric == Metric.RobustAccuracy).ToList();
        Assert.Equal([1, 0, 0.25, 0.5, 0.25, 0.75], curves.Select(c => c.Points.Single().Mean));
        Assert.Equal(["", "", "label-flip 0.1", "", "", ""], curves.Select(c => c.Poison));
        // The one without a setting of its own needs no name.
        Assert.Equal(["cnn training(epochs=4)", "cnn training(epochs=5)", "cnn"], curves.Skip(3).Select(c => c.Model));
    }

    [Fact]
    public void The_order_of_results_does_not_matter()
    {
        CellOutcome[] cells = [.. from attack in new[] { Make.Fgsm, Make.Pgd }
                                  from strength in new[] { 0, 0.1, 0.2 }
                                  from seed in new[] { 0, 1 }
                                                            select Make.Right(Make.Cell(attack, strength, seed),
                                                                1000 - (int)(1000 * strength) - seed)];
        var forward = CurveBuilder.Build(cells, Make.Terms).ToDictionary(c => (c.Attack, c.Metric));
        foreach (var curve in CurveBuilder.Build([.. cells.Reverse()], Make.Terms))
        {
            Assert.Equal(forward[(curve.Attack, curve.Metric)].Points, curve.Points);
            Assert.Equal(forward[(curve.Attack, curve.Metric)].Verdict, curve.Verdict);
        }
    }
}
