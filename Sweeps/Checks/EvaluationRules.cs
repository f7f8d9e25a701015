using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Checks;

/// <summary>
/// The rules, after Carlini et al. 2019 (arXiv 1902.06705). Chance is two standard errors of the difference, seeds pooled. All but
/// H21, H22 and H24 to H28 look at evasion attacks only: retraining on poisoned data may well help by accident.
/// </summary>
static class EvaluationRules
{
    const double HalfAPoint = 0.005;
    const double Unbounded = 0.5;
    const double Rounding = 1e-9;
    const long FewSamples = 100;

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("H1", "Strength 0 gives the clean accuracy exactly.", ZeroIsClean),
        new("H2", "Accuracy does not rise with strength: more than chance fails, more than 0.5 points warns.", FallsWithStrength),
        new("H3", "An Linf attack of strength 0.5 or more, enough to turn any image grey, leaves no more than guessing.", UnboundedWins,
            "a strength of 0.5 or more"),
        new("H4",
            "An iterative attack must break whatever a single step breaks. More than 0.5 % exceptions is a warning; "
            + "if that is also beyond chance, a failure.", StepRules.IterativeBeatsSingleStep, "fgsm beside an attack of several steps"),
        new("H4", "A single step does not leave more than the clean accuracy and chance: that is gradient masking.",
            StepRules.SingleStepHurts),
        new("H4", "A model trained on single steps holds against PGD of that strength too; otherwise it has overfitted catastrophically.",
            StepRules.NoCatastrophe),
        new("H5", "An attack leaves no more than random noise of its strength and chance.", BeatsNoise, "noise at the same strengths"),
        new("H5",
            "An attack that sees the defense leaves no more than 0.5 points and chance above what the same attack on the network alone "
            + "leaves.", GradientRules.BeatsTransfer),
        new("H6", "Doubling the steps of an attack changes accuracy by 0.5 points and chance at most; more than 2 points fails.",
            StepRules.Converged, "the same attack with twice the steps"),
        new("H7", "The steps of an attack together reach the border of what its strength allows.", StepRules.Reaches),
        new("H9", "Every sample that is right has a gradient for the attack to follow; more than 5 % without one fails.",
            GradientRules.HasGradient),
        new("H9", "Two passes over the same images agree to 1e-4, unless the attack averages over draws.", GradientRules.Repeats),
        new("H12", "What is attacked is what answers: hardly a sample, 0.5 % at most, is broken by its logits and answered right.",
            GradientRules.IsWhatAnswers),
        new("H12", "A classifier takes no gradient to answer: one that adapts to the image must be attacked through that too.",
            GradientRules.AnswersAsItStands),
        new("H13", "What is attacked gives logits, not probabilities.", GradientRules.TakesLogits),
        new("H14",
            "Square, which sees no gradient, breaks 0.2 % at most of the samples that the parts of AutoAttack before it leave: "
            + "otherwise gradients are masked.", GradientRules.SquareFindsNoMore),
        new("H16",
            "An attack of several steps and the search for the nearest adversarial image leave the same accuracy, but for chance: "
            + "who leaves more is warned.", StepRules.AgreesWithMinimumNorm),
        new("H15",
            "The model is better than guessing, and than the commonest class always, when it is not attacked, but for chance: otherwise it "
            + "has nothing to lose.", BeatsGuessing),
        new("H17", "Accuracy is counted on 100 samples or more; fewer leave it open by more than 10 points.", EnoughSamples),
        new("H18", "An adversarial image lies in [0, 1] and no further from the clean one than the strength.", StaysAllowed),
        new("H22",
            "Evaluation samples are new: hardly one, 0.5 % at most, has the image of a trained sample or of another evaluation sample.",
            AreNew),
        new("H21", "No more is certified than holds under attack at the same radius, or under poison of the same size, but for chance.",
            CertifiedHolds),
        new("H11", "The attack knows the defense and the network it meets; otherwise accuracy is an upper bound only.", Adapts),
        new("H24", "A rate of false positives at which a privacy attack is quoted is 10 samples or more: 0.1 % of 10,000, 1 % of 1,000.",
            PrivacyRules.ResolvesLowRates),
        new("H24", "Members and others are alike: networks that saw none of them do not tell them apart, but for chance.",
            PrivacyRules.AreAlike),
        new("H25", "Noised gradients guarantee privacy only where there is noise and every batch is Poisson-sampled.",
            PrivacyRules.IsGuaranteed),
        new("H25", "No audit shows a training's epsilon to exceed the one that is stated.", PrivacyRules.StandsAudit),
        new("H26",
            "A backdoor takes more images for its target than the same trigger on the clean twin, but for chance: "
            + "only the difference is its own. Where a defense took it away, the network without the defense is looked at.",
            BackdoorRules.BeatsTwin),
        new("H27",
            "A filter finds more poison than random removal of its size, and a detector more triggers than guessing, but for chance.",
            BackdoorRules.BeatsRandom),
        new("H28", "A targeted poison is judged by 10 targets and 8 victims of each, at least.", TargetedRules.EnoughTrials),
        new("H28", "A targeted poison succeeds more often than victims without it do by themselves.", TargetedRules.BeatsCleanTwin),
    ];

    static Finding? ZeroIsClean(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || series.Points.FirstOrDefault(p => p.Strength == 0) is not { } zero) return null;
        var seen = false;
        foreach (var cell in zero.Cells)
        {
            if (cell.Measured(Metric.RobustAccuracy) is not { } attacked || cell.Measured(Metric.CleanAccuracy) is not { } clean) continue;
            seen = true;
            if (attacked.Value != clean.Value)
                return Finding.Fail(
                    $"accuracy at strength 0 is {Text(attacked.Value)} and clean {Text(clean.Value)} (seed {cell.Cell.Seed})");
        }
        return seen ? Finding.Pass("accuracy at strength 0 is the clean accuracy") : null;
    }

    static Finding? FallsWithStrength(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        var (worst, rise, compared) = (Grade.Pass, double.NegativeInfinity, false);
        var evidence = "accuracy does not rise with strength";
        foreach (var (from, before, to, after) in Pairs(series.Points))
        {
            compared = true;
            var by = after.Rate - before.Rate;
            // Chance is never below 0: what does not rise needs no look at it.
            var grade = by <= 0 ? Grade.Pass : by > after.Above(before).Chance ? Grade.Fail
                : by > HalfAPoint + Rounding ? Grade.Warn : Grade.Pass;
            if (grade == Grade.Pass || grade < worst || (grade == worst && by <= rise)) continue;
            (worst, rise) = (grade, by);
            evidence = $"accuracy rises from {before} at {Text(from.Strength)} to {after} at {Text(to.Strength)}";
        }

        return compared ? new Finding(worst, evidence) : null;
    }

    /// <summary>Any two points of which both have a seed, the weaker first.</summary>
    static IEnumerable<(SeriesPoint From, Counts Before, SeriesPoint To, Counts After)> Pairs(IReadOnlyList<SeriesPoint> points)
    {
        if (Counts.OfAll(points, Metric.RobustAccuracy) is { } all)
        {
            for (var high = 1; high < all.Count; high++)
                for (var low = 0; low < high; low++)
                    yield return (all[low].Point, all[low].Counts, all[high].Point, all[high].Counts);
            yield break;
        }

        for (var high = 1; high < points.Count; high++)
        {
            for (var low = 0; low < high; low++)
            {
                if (Counts.OfBoth(points[high], Metric.RobustAccuracy, points[low], Metric.RobustAccuracy) is var (after, before))
                    yield return (points[low], before, points[high], after);
            }
        }
    }

    static Finding? UnboundedWins(Series series, EvaluationChecks checkup)
    {
        if (series.Threat != CatalogTraits.Linf || series.IsControl || checkup.Classes(series) is not { } classes) return null;
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength >= Unbounded))
        {
            if (Counts.OfBoth(point, Metric.RobustAccuracy, point, Metric.RobustAccuracy) is not var (right, _)) continue;
            var limit = Guessing(classes, right.Count);
            var evidence =
                $"accuracy {right} at {Text(point.Strength)}, where guessing among {classes} classes gives at most {Counts.Text(limit)}";
            if (right.Rate > limit) return Finding.Fail(evidence);
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    static Finding? BeatsGuessing(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || checkup.Classes(series) is not { } classes) return null;
        var commonest = checkup.Commonest(series) ?? 0;
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.CleanAccuracy, point, Metric.CleanAccuracy) is not var (clean, _)) continue;
            if (clean.Rate <= Guessing(classes, clean.Count))
                return Finding.Fail(
                    $"accuracy {clean} with no attack, where guessing among {classes} classes gives up "
                    + $"to {Counts.Text(Guessing(classes, clean.Count))}");
            // It is counted on the same samples, so that chance has no say.
            if (clean.Rate <= commonest)
                return Finding.Fail($"accuracy {clean} with no attack, where the commonest class alone gives {Counts.Text(commonest)}");
            passed = Finding.Pass("the model is better than guessing");
        }
        return passed;
    }

    /// <summary>The highest accuracy that guessing reaches, but for chance.</summary>
    static double Guessing(int classes, long samples)
    {
        var guess = 1.0 / classes;
        return guess + 2 * Math.Sqrt(guess * (1 - guess) / samples);
    }

    static Finding? EnoughSamples(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        var least = series.Points.SelectMany(p => p.Cells).Min(c => c.Measured(Metric.RobustAccuracy)?.Count);
        return least switch
        {
            null => null,
            < FewSamples => Finding.Warn($"accuracy on {least} samples"),
            _ => Finding.Pass($"accuracy on {least} samples or more"),
        };
    }

    static Finding? CertifiedHolds(Series series, EvaluationChecks checkup)
    {
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.CertifiedAccuracy, point, Metric.RobustAccuracy) is not var (certified, held)) continue;
            // An answer that is declined refutes no certificate.
            if (Counts.OfBoth(point, Metric.DeclinedRate, point, Metric.CertifiedAccuracy) is var (declined, _))
                held = held with { Right = held.Right + declined.Right };
            var (by, chance) = certified.Above(held);
            if (by > chance)
                return Finding.Fail($"{certified} certified at {Text(point.Strength)}, where {held} hold or decline under attack");
            passed = Finding.Pass("no more is certified than holds under attack");
        }
        return passed;
    }

    static Finding? BeatsNoise(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || series.IsControl) return null;
        Finding? passed = null;
        foreach (var noise in checkup.Rivals(series).Where(s => s.IsControl))
        {
            foreach (var (mine, other) in EvaluationChecks.Shared(series, noise))
            {
                if (mine.Strength == 0) continue;
                if (Counts.OfBoth(mine, Metric.RobustAccuracy, other, Metric.RobustAccuracy) is not var (attacked, noisy)) continue;
                var (by, chance) = attacked.Above(noisy);
                if (by > chance) return Finding.Fail($"accuracy {attacked} at {Text(mine.Strength)}, where random noise leaves {noisy}");
                passed = Finding.Pass("random noise is no stronger than the attack");
            }
        }
        return passed;
    }

    static Finding? Adapts(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || series.IsControl) return null;
        var knows = checkup.Terms.Wraps(series.Target.Defense) ? checkup.Terms.AttackerKnows(series.Target.Evaluation) : null;
        if (knows == false) return Finding.Warn($"not adaptive: the attacker does not know of {series.Name.Defense}");
        var isAlone = checkup.Terms.IsMadeElsewhere(series.Attack)
            && !checkup.Rivals(series).Any(r => !r.IsControl && !checkup.Terms.IsMadeElsewhere(r.Attack));
        return isAlone ? Finding.Warn("the attack is made against another network, and none beside it knows this one")
            : knows == true ? Finding.Pass("the attacker knows the defense") : null;
    }

    static Finding? StaysAllowed(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.StrayedRate, point, Metric.StrayedRate) is var (strayed, _))
                return Finding.Fail(
                    $"{strayed.Right} of {strayed.Count} adversarial images at {Text(point.Strength)} leave [0, 1] or the strength");
        }

        return null;
    }

    static Finding? AreNew(Series series, EvaluationChecks checkup)
    {
        var most = series.Points.SelectMany(p => p.Cells).Select(c => Counts.Of(c, Metric.CopiedRate)).MaxBy(c => c?.Rate);
        return most is not { } copied ? null
            : copied.Rate > HalfAPoint
                ? Finding.Warn($"{copied.Right} of {copied.Count} evaluation samples are copies of trained samples or of each other")
                : Finding.Pass("hardly an evaluation sample is a copy");
    }

    static string Text(double value) => Canonical.Number(value);
}
