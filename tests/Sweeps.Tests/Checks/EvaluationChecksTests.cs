using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Checks;

public class EvaluationChecksTests
{
    /// <summary>The verdicts of one rule on one attack, as "grade evidence".</summary>
    internal static List<string> Verdicts(string rule, string attack, params CellOutcome[] cells) =>
    [
        .. new EvaluationChecks(cells, Make.Terms).Verdicts()
            .Where(v => v.Verdict.Rule == rule && v.Series.Attack == attack)
            .Select(v => $"{v.Verdict.Grade} {v.Verdict.Evidence}"),
    ];

    internal static CellOutcome[] Falling(Choice attack, params (double Strength, int Right)[] points) =>
        [.. points.Select(p => Make.Right(Make.Cell(attack, p.Strength), p.Right))];

    [Fact]
    public void Strength_0_must_be_the_clean_accuracy()
    {
        Assert.Equal(["Pass accuracy at strength 0 is the clean accuracy"], Verdicts("H1", "fgsm", Falling(Make.Fgsm, (0, 1000))));
        Assert.Equal(["Fail accuracy at strength 0 is 0.999 and clean 1 (seed 0)"], Verdicts("H1", "fgsm", Falling(Make.Fgsm, (0, 999))));
        Assert.Empty(Verdicts("H1", "fgsm", Falling(Make.Fgsm, (0.1, 999))));
    }

    [Theory]
    [InlineData(410, 550, "Fail accuracy rises from .410 at 0.2 to .550 at 0.25")]
    [InlineData(410, 420, "Warn accuracy rises from .410 at 0.2 to .420 at 0.25")]
    [InlineData(410, 415, "Pass accuracy does not rise with strength")]
    [InlineData(410, 400, "Pass accuracy does not rise with strength")]
    // A raw binomial error at 0 of 1,000 would be nothing, and any rise more than that.
    [InlineData(0, 4, "Pass accuracy does not rise with strength")]
    public void Accuracy_must_not_rise_with_strength(int at20, int at25, string verdict) =>
        Assert.Equal([verdict], Verdicts("H2", "fgsm", Falling(Make.Fgsm, (0, 1000), (0.2, at20), (0.25, at25))));

    [Fact]
    public void A_rise_over_several_steps_counts_as_one() =>
        Assert.Equal(
            ["Fail accuracy rises from .400 at 0.1 to .460 at 0.4"],
            Verdicts("H2", "fgsm", Falling(Make.Fgsm, (0, 1000), (0.1, 400), (0.2, 420), (0.3, 440), (0.4, 460))));

    [Fact]
    public void A_seed_that_is_missing_at_one_strength_makes_no_rise() =>
        Assert.Equal(
            ["Pass accuracy does not rise with strength"],
            Verdicts("H2", "fgsm",
                Make.Right(Make.Cell(Make.Fgsm, 0.1, 0), 300), Make.Right(Make.Cell(Make.Fgsm, 0.1, 1), 700),
                Make.Pending(Make.Cell(Make.Fgsm, 0.2, 0)), Make.Right(Make.Cell(Make.Fgsm, 0.2, 1), 650)));

    [Fact]
    public void Poisoned_training_may_help() =>
        Assert.Empty(Verdicts("H2", "label-flip", Falling(new("label-flip"), (0, 900), (0.1, 990))));

    [Theory]
    [InlineData(118, true)]
    [InlineData(120, false)]
    public void An_unbounded_attack_must_win(int right, bool passes)
    {
        var cell = Make.Right(Make.Cell(Make.Pgd, 0.5), right);
        cell = cell with { Result = cell.Result! with { Confusion = [.. Enumerable.Repeat(ImmutableArray.Create(new int[10]), 10)] } };
        Assert.Equal(
            [$"{(passes ? "Pass" : "Fail")} accuracy .{right} at 0.5, where guessing among 10 classes gives at most .119"],
            Verdicts("H3", "pgd(steps=40)", cell));
    }

    [Fact]
    public void An_attack_whose_classes_or_strength_are_unknown_need_not_win()
    {
        Assert.Empty(Verdicts("H3", "pgd(steps=40)", Falling(Make.Pgd, (0.5, 900))));
        Assert.Empty(Verdicts("H3", "pgd(steps=40)", Falling(Make.Pgd, (0.4, 900))));
    }

    // PGD leaves the last samples and FGSM the first, so that what each breaks alone can be chosen.
    [Theory]
    [InlineData(5, "Pass fgsm breaks hardly a sample that pgd(steps=40) does not")]
    [InlineData(6, "Warn fgsm breaks 6 of 1000 samples at 0.1 that pgd(steps=40) does not")]
    [InlineData(10, "Warn fgsm breaks 10 of 1000 samples at 0.1 that pgd(steps=40) does not")]
    [InlineData(11, "Fail fgsm breaks 11 of 1000 samples at 0.1 that pgd(steps=40) does not")]
    public void An_iterative_attack_must_break_what_a_single_step_breaks(int alone, string verdict)
    {
        var fgsm = Make.Outcome(Make.Cell(Make.Fgsm, 0.1), new string('1', 500).PadRight(1000, '0'));
        var pgd = Make.Outcome(Make.Cell(Make.Pgd, 0.1), new string('1', 300).PadRight(1000 - alone, '0').PadRight(1000, '1'));
        Assert.Equal([verdict], Verdicts("H4", "pgd(steps=40)", fgsm, pgd));
    }

    [Theory]
    [InlineData(2, Grade.Warn)]
    [InlineData(4, Grade.Warn)]
    [InlineData(5, Grade.Fail)]
    public void Of_a_few_samples_one_start_may_miss_some_by_chance(int alone, Grade grade)
    {
        var fgsm = Make.Outcome(Make.Cell(Make.Fgsm, 0.1), new string('0', 250));
        var pgd = Make.Outcome(Make.Cell(Make.Pgd, 0.1), new string('0', 250 - alone).PadRight(250, '1'));
        Assert.Equal([$"{grade} fgsm breaks {alone} of 250 samples at 0.1 that pgd(steps=40) does not"],
            Verdicts("H4", "pgd(steps=40)", fgsm, pgd));
    }

    [Fact]
    public void Single_and_iterative_steps_are_compared_at_one_norm_and_target_only()
    {
        var far = new Choice("pgd", ("norm", "l2"), ("steps", 40));
        Assert.Empty(Verdicts("H4", far.ToString(), Make.Right(Make.Cell(Make.Fgsm, 0.1), 0), Make.Right(Make.Cell(far, 0.1), 1000)));
        Assert.Empty(Verdicts("H4", "pgd(steps=40)", Make.Right(Make.Cell(Make.Fgsm, 0.1), 0),
            Make.Right(Make.Cell(Make.Pgd, 0.1, defense: "other"), 1000)));
    }

    [Fact]
    public void The_control_alone_says_nothing_of_an_attack() =>
        Assert.Empty(Verdicts("H4", "pgd(steps=40)", [.. Falling(Make.Fgsm, (0, 900)), .. Falling(Make.Pgd, (0, 900))]));

    [Theory]
    [InlineData(930, "Fail accuracy .930 at 0.3 is above the clean .900: the gradient is masked")]
    [InlineData(910, "Pass a single step does not raise accuracy above the clean one")]
    public void A_single_step_must_not_raise_accuracy(int right, string verdict)
    {
        var cell = Make.Outcome(
            Make.Cell(Make.Fgsm, 0.3), (Metric.CleanAccuracy, Measurement.Rate(900, 1000)),
            (Metric.RobustAccuracy, Measurement.Rate(right, 1000)));
        Assert.Equal([verdict], Verdicts("H4", "fgsm", cell));
    }

    [Theory]
    [InlineData(800, "Fail accuracy .800 at 0.1, where random noise leaves .700")]
    [InlineData(710, "Pass random noise is no stronger than the attack")]
    [InlineData(10, "Pass random noise is no stronger than the attack")]
    public void Noise_must_not_beat_the_attack(int right, string verdict) =>
        Assert.Equal([verdict], Verdicts("H5", "fgsm", [.. Falling(Make.Fgsm, (0.1, right)), .. Falling(Make.Noise, (0.1, 700))]));

    [Theory]
    [InlineData(40, 0.0001, "Fail all steps together are 0.004 of the strength long: what lies further off is not tried")]
    [InlineData(10, 0.1, "Pass all steps together are as long as the strength or longer")]
    public void Steps_must_reach_the_border(int steps, double size, string verdict)
    {
        var attack = new Choice("pgd", ("steps", steps), ("step_size", size));
        Assert.Equal([verdict], Verdicts("H7", attack.ToString(), Falling(attack, (0.1, 500))));
        Assert.Empty(Verdicts("H7", "pgd(steps=40)", Falling(Make.Pgd, (0.1, 500))));
    }

    [Theory]
    [InlineData(5, "Pass what is attacked is what answers")]
    [InlineData(6, "Fail 6 of 1000 samples at 0.1 are broken by their logits and answered right: the attack does not meet what answers")]
    public void What_is_attacked_must_be_what_answers(int misled, string verdict) =>
        Assert.Equal([verdict], Verdicts("H12", "fgsm", Make.Outcome(
            Make.Cell(Make.Fgsm, 0.1), (Metric.RobustAccuracy, Measurement.Rate(900, 1000)),
            (Metric.MisledRate, Measurement.Rate(misled, 1000)))));

    [Fact]
    public void A_classifier_that_takes_gradients_to_answer_is_marked()
    {
        var cell = Make.Right(Make.Cell(Make.Fgsm, 0.1, defense: "median-filter"), 500);
        Assert.DoesNotContain(Verdicts("H12", "fgsm", cell), v => v.Contains("takes", StringComparison.Ordinal));
        Assert.Equal(
            ["Warn median-filter takes 2 gradients to answer: whether the attack sees through that, no number tells"],
            Verdicts("H12", "fgsm", With(cell, (Metric.AnswerGradients, new Measurement(2, 1)))));
    }

    [Theory]
    [InlineData(118, "Fail accuracy .118 with no attack, where guessing among 10 classes gives up to .119")]
    [InlineData(120, "Pass the model is better than guessing")]
    public void A_model_must_be_better_than_guessing(int right, string verdict)
    {
        var cell = Make.Outcome(
            Make.Cell(Make.Fgsm, 0), (Metric.CleanAccuracy, Measurement.Rate(right, 1000)),
            (Metric.RobustAccuracy, Measurement.Rate(right, 1000)));
        cell = cell with { Result = cell.Result! with { Confusion = [.. Enumerable.Repeat(ImmutableArray.Create(new int[10]), 10)] } };
        Assert.Equal([verdict], Verdicts("H15", "fgsm", cell));
    }

    [Theory]
    [InlineData(99, "Warn accuracy on 99 samples")]
    [InlineData(100, "Pass accuracy on 100 samples or more")]
    public void Few_samples_are_marked(int samples, string verdict) =>
        Assert.Equal([verdict], Verdicts("H17", "fgsm", Make.Outcome(Make.Cell(Make.Fgsm, 0.1), new string('1', samples))));

    [Fact]
    public void What_a_sweep_does_not_let_be_asked_is_said()
    {
        Assert.Equal(["H3", "H4", "H5", "H6"],
            new EvaluationChecks(Falling(Make.Pgd, (0, 1000), (0.1, 400)), Make.Terms).Unasked().Select(r => r.Id));
        var twice = new Choice("pgd", ("steps", 80));
        Assert.Equal(["H3"], new EvaluationChecks(
            [.. Falling(Make.Fgsm, (0.1, 500)), .. Falling(Make.Noise, (0.1, 900)), .. Falling(Make.Pgd, (0.1, 400)),
                .. Falling(twice, (0.1, 400))], Make.Terms)
            .Unasked().Select(r => r.Id));
        Assert.Empty(new EvaluationChecks(Falling(new("label-flip"), (0, 900)), Make.Terms).Unasked());
    }

    [Theory]
    [InlineData("median-filter", "naive", "Warn not adaptive: the attacker does not know of median-filter")]
    [InlineData("median-filter", "adaptive", "Pass the attacker knows the defense")]
    [InlineData("none", "naive", null)]
    public void An_attack_that_ignores_the_defense_is_marked(string defense, string attacker, string? verdict)
    {
        var cell = Make.Cell(Make.Fgsm, 0.1, defense: defense) with { Evaluation = new("evaluation", ("attacker", attacker)) };
        Assert.Equal(verdict is null ? [] : [verdict], Verdicts("H11", "fgsm", Make.Right(cell, 5)));
    }

    [Fact]
    public void A_curve_carries_its_worst_verdict()
    {
        CellOutcome[] cells =
        [
            .. Falling(Make.Fgsm, (0, 1000), (0.2, 410), (0.25, 550)),
            .. Falling(Make.Pgd, (0, 1000), (0.2, 300)),
            Make.Right(Make.Cell(new("label-flip"), 0), 900),
        ];
        var checks = CurveBuilder.Build(cells, Make.Terms)
            .Where(c => c.Metric == Metric.RobustAccuracy)
            .ToDictionary(c => c.Attack, c => CurveVerdict.Text(c.Verdict));
        Assert.Equal("fail H2: accuracy rises from .410 at 0.2 to .550 at 0.25", checks["fgsm"]);
        Assert.Equal("pass H1 H2 H4 H17", checks["pgd(steps=40)"]);
        Assert.Equal("", checks["label-flip"]);
        Assert.Equal("pass H1 H2 H17", checks["worst-case"]);
    }

    [Theory]
    [InlineData(990, 0, "Fail catastrophic overfitting: accuracy .990 under the single step of its training, .000 under PGD")]
    [InlineData(990, 400, "Warn accuracy .990 under the single step of its training, .400 under PGD")]
    [InlineData(900, 850, "Pass accuracy .900 under the single step of its training, .850 under PGD")]
    [InlineData(300, 150, "Pass accuracy .300 under the single step of its training, .150 under PGD")]
    public void Training_on_single_steps_must_hold_against_many(int single, int iterative, string verdict) =>
        Assert.Equal([verdict], Verdicts("H4", "noise", Make.Outcome(
            Make.Cell(Make.Noise, 0.1),
            (Metric.SingleStepAccuracy, Measurement.Rate(single, 1000)), (Metric.IterativeAccuracy, Measurement.Rate(iterative, 1000)))));

    [Theory]
    [InlineData(900, 880, 0, "Pass no more is certified than holds under attack")]
    [InlineData(900, 800, 0, "Fail .900 certified at 0.5, where .800 hold or decline under attack")]
    [InlineData(900, 800, 100, "Pass no more is certified than holds under attack")]
    public void No_more_is_certified_than_holds(int certified, int held, int declined, string verdict) =>
        Assert.Equal([verdict], Verdicts("H21", "noise", Make.Outcome(
            Make.Cell(Make.Noise, 0.5),
            (Metric.CertifiedAccuracy, Measurement.Rate(certified, 1000)), (Metric.RobustAccuracy, Measurement.Rate(held, 1000)),
            (Metric.DeclinedRate, Measurement.Rate(declined, 1000)))));

    // The first samples are those of the transfer; the rest do not count.
    [Theory]
    [InlineData(130, 100, "Fail accuracy .520 at 0.1, where the attack on the network alone leaves .400: the defense hides its gradient")]
    [InlineData(120, 100, "Pass what transfers from the network alone is no stronger than the attack")]
    [InlineData(10, 0, "Fail accuracy .040 at 0.1, where the attack on the network alone leaves .000: the defense hides its gradient")]
    [InlineData(100, 250, "Pass what transfers from the network alone is no stronger than the attack")]
    public void What_transfers_must_not_beat_the_attack(int own, int transferred, string verdict)
    {
        var cell =
            Make.Outcome(Make.Cell(Make.Pgd, 0.1, defense: "median-filter"), new string('1', own).PadRight(250, '0').PadRight(1000, '1'));
        Assert.Equal([verdict], Verdicts("H5", "pgd(steps=40)", With(cell, (Metric.TransferAccuracy, Measurement.Rate(transferred, 250)))));
    }

    [Fact]
    public void What_transfers_at_strength_0_says_nothing() =>
        Assert.Empty(
            Verdicts("H5", "fgsm", With(Make.Right(Make.Cell(Make.Fgsm, 0), 900), (Metric.TransferAccuracy, Measurement.Rate(0, 250)))));

    internal static CellOutcome With(CellOutcome outcome, (string Name, Measurement Value) more) =>
        outcome with { Result = outcome.Result! with { Measurements = outcome.Result.Measurements.Add(more.Name, more.Value) } };

    internal static CellOutcome With(CellOutcome cell, params (string Name, Measurement Value)[] more) =>
        cell with
        {
            Result = cell.Result! with
            {
                Measurements = cell.Result.Measurements.AddRange(more.Select(m => KeyValuePair.Create(m.Name, m.Value)))
            }
        };
}
