using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Checks;

/// <summary>
/// The rules, after Carlini et al. 2019 (arXiv 1902.06705). Chance is two standard errors of the difference, seeds pooled. All but H24
/// look at evasion attacks only: retraining on poisoned data may well help by accident.
/// </summary>
static class Hygiene
{
    const double HalfAPoint = 0.005;
    const double Unbounded = 0.5;
    const double High = 0.5;
    const double NearZero = 0.1;
    const double TwoPoints = 0.02;
    const double FewGradients = 0.05;
    const double SameOutput = 1e-4;
    const double Rounding = 1e-9;

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("H1", "Strength 0 gives the clean accuracy exactly.", ZeroIsClean),
        new("H2", "Accuracy does not rise with strength: more than chance fails, more than 0.5 points warns.", FallsWithStrength),
        new("H3", "An Linf attack of strength 0.5 or more, enough to turn any image grey, leaves no more than guessing.", UnboundedWins),
        new("H4", "An iterative attack breaks what a single step breaks, but for 0.5 % of samples.", IterativeBeatsSingleStep),
        new("H4", "A single step does not leave more than the clean accuracy and chance: that is gradient masking.", SingleStepHurts),
        new("H4", "A model trained on single steps holds against PGD of that strength too; otherwise it has overfitted catastrophically.", NoCatastrophe),
        new("H5", "An attack leaves no more than random noise of its strength and chance.", BeatsNoise),
        new("H5", "An attack that sees the defense leaves no more than 0.5 points and chance above what the same attack on the network alone leaves.", BeatsTransfer),
        new("H6", "Doubling the steps of an attack changes accuracy by 0.5 points and chance at most; more than 2 points fails.", Converged),
        new("H9", "Every sample that is right has a gradient for the attack to follow; more than 5 % without one fails.", HasGradient),
        new("H9", "Two passes over the same images agree to 1e-4, unless the attack averages over draws.", Repeats),
        new("H21", "No more is certified than holds under attack at the same L2 radius, but for chance.", CertifiedHolds),
        new("H11", "The attack knows the defense it meets; otherwise accuracy is an upper bound only.", Adapts),
        new("H24", "A rate of false positives at which a privacy attack is quoted is 10 samples or more: 0.1 % of 10,000, 1 % of 1,000.", ResolvesLowRates),
        new("H24", "Members and others are alike: networks that saw none of them do not tell them apart, but for chance.", AreAlike),
    ];

    static Finding? ZeroIsClean(Series series, Checkup checkup)
    {
        if (series.Threat is null || series.Points.FirstOrDefault(p => p.Strength == 0) is not { } zero) return null;
        var seen = false;
        foreach (var cell in zero.Cells)
        {
            if (cell.Measured(Metric.RobustAccuracy) is not { } attacked || cell.Measured(Metric.CleanAccuracy) is not { } clean) continue;
            seen = true;
            if (attacked.Value != clean.Value)
                return Finding.Fail($"accuracy at strength 0 is {Text(attacked.Value)} and clean {Text(clean.Value)} (seed {cell.Cell.Seed})");
        }
        return seen ? Finding.Pass("accuracy at strength 0 is the clean accuracy") : null;
    }

    static Finding? FallsWithStrength(Series series, Checkup checkup)
    {
        if (series.Threat is null) return null;
        var (worst, rise, compared) = (default(Finding), double.NegativeInfinity, false);
        for (var high = 1; high < series.Points.Count; high++)
        {
            for (var low = 0; low < high; low++)
            {
                var (from, to) = (series.Points[low], series.Points[high]);
                if (Counts.OfBoth(to, Metric.RobustAccuracy, from, Metric.RobustAccuracy) is not var (after, before)) continue;
                compared = true;
                var (by, chance) = after.Above(before);
                var grade = by > chance ? Grade.Fail : by > HalfAPoint + Rounding ? Grade.Warn : Grade.Pass;
                if (grade < worst.Grade || (grade == worst.Grade && by <= rise)) continue;
                worst = new(grade, $"accuracy rises from {before} at {Text(from.Strength)} to {after} at {Text(to.Strength)}");
                rise = by;
            }
        }
        return !compared ? null : worst.Grade == Grade.Pass ? Finding.Pass("accuracy does not rise with strength") : worst;
    }

    static Finding? UnboundedWins(Series series, Checkup checkup)
    {
        if (series.Threat != Terms.Linf || series.IsNoise || checkup.Classes(series) is not { } classes) return null;
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength >= Unbounded))
        {
            if (Counts.OfBoth(point, Metric.RobustAccuracy, point, Metric.RobustAccuracy) is not var (right, _)) continue;
            var guess = 1.0 / classes;
            var limit = guess + 2 * Math.Sqrt(guess * (1 - guess) / right.Count);
            var evidence = $"accuracy {right} at {Text(point.Strength)}, where guessing among {classes} classes gives at most {Counts.Text(limit)}";
            if (right.Rate > limit) return Finding.Fail(evidence);
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    static Finding? IterativeBeatsSingleStep(Series series, Checkup checkup)
    {
        if (series.Threat is null || Steps(series.Attack) is null) return null;
        Finding? passed = null;
        foreach (var single in checkup.Rivals(series).Where(IsSingleStep))
        {
            foreach (var (mine, other) in Shared(series, single))
            {
                if (mine.Strength == 0 || OnlyOtherBreaks(mine, other) is not { Count: > 0 } missed) continue;
                var (weak, strong) = (single.Name.Attack, series.Name.Attack);
                if (missed.Rate > HalfAPoint + Rounding)
                    return Finding.Fail($"{weak} breaks {missed.Right} of {missed.Count} samples at {Text(mine.Strength)} that {strong} does not");
                passed = Finding.Pass($"{weak} breaks hardly a sample that {strong} does not");
            }
        }
        return passed;
    }

    static Finding? SingleStepHurts(Series series, Checkup checkup)
    {
        if (series.Threat is null || !IsSingleStep(series)) return null;
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength > 0))
        {
            if (Counts.OfBoth(point, Metric.RobustAccuracy, point, Metric.CleanAccuracy) is not var (attacked, clean)) continue;
            var (by, chance) = attacked.Above(clean);
            if (by > chance)
                return Finding.Fail($"accuracy {attacked} at {Text(point.Strength)} is above the clean {clean}: the gradient is masked");
            passed = Finding.Pass("a single step does not raise accuracy above the clean one");
        }
        return passed;
    }

    static Finding? NoCatastrophe(Series series, Checkup checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.SingleStepAccuracy, point, Metric.IterativeAccuracy) is not var (single, iterative)) continue;
            var trained = series.Target.Defense.Settings.GetValueOrDefault("epsilon") is Number epsilon ? $" at {Text(epsilon.Value)}" : "";
            var evidence = $"accuracy {single} under the single step of its training{trained}, {iterative} under PGD";
            if (single.Rate >= High && iterative.Rate <= NearZero) return Finding.Fail($"catastrophic overfitting: {evidence}");
            if (iterative.Rate < single.Rate / 2) return Finding.Warn(evidence);
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    static Finding? CertifiedHolds(Series series, Checkup checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.CertifiedAccuracy, point, Metric.RobustAccuracy) is not var (certified, held)) continue;
            // An answer that is declined refutes no certificate.
            if (Counts.OfBoth(point, Metric.DeclinedRate, point, Metric.CertifiedAccuracy) is var (declined, _)) held = held with { Right = held.Right + declined.Right };
            var (by, chance) = certified.Above(held);
            if (by > chance) return Finding.Fail($"{certified} certified at {Text(point.Strength)}, where {held} hold or decline under attack");
            passed = Finding.Pass("no more is certified than holds under attack");
        }
        return passed;
    }

    static Finding? BeatsNoise(Series series, Checkup checkup)
    {
        if (series.Threat is null || series.IsNoise) return null;
        Finding? passed = null;
        foreach (var noise in checkup.Rivals(series).Where(s => s.IsNoise))
        {
            foreach (var (mine, other) in Shared(series, noise))
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

    static Finding? BeatsTransfer(Series series, Checkup checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength > 0))
        {
            var (own, transferred) = (default(Counts), default(Counts));
            foreach (var cell in point.Cells)
            {
                if (Counts.Of(cell, Metric.TransferAccuracy) is not { } transfer || cell.Result?.Outcomes is not { } outcomes || outcomes.Count < transfer.Count) continue;
                // It is measured on the first samples.
                own += new Counts(Enumerable.Range(0, (int)transfer.Count).Count(i => outcomes[i]), transfer.Count);
                transferred += transfer;
            }

            if (own.Count == 0) continue;
            var (by, chance) = own.Above(transferred);
            if (by > Math.Max(chance, HalfAPoint))
                return Finding.Fail($"accuracy {own} at {Text(point.Strength)}, where the attack on the network alone leaves {transferred}: the defense hides its gradient");
            passed = Finding.Pass("what transfers from the network alone is no stronger than the attack");
        }
        return passed;
    }

    static Finding? Converged(Series series, Checkup checkup)
    {
        if (series.Threat is null || Steps(series.Attack) is not { } steps) return null;
        Finding? worst = null;
        foreach (var twice in checkup.Rivals(series).Where(s => Steps(s.Attack) == 2 * steps && s.Attack.Equals(WithSteps(series.Attack, 2 * steps))))
        {
            foreach (var (mine, other) in Shared(series, twice).Where(p => p.Mine.Strength > 0))
            {
                var (onlyMine, onlyOther) = (OnlyOtherBreaks(mine, other), OnlyOtherBreaks(other, mine));
                if (onlyMine.Count == 0) continue;
                var change = Math.Abs(onlyMine.Rate - onlyOther.Rate);
                // McNemar's: only samples that differ say anything.
                var chance = 2 * Math.Sqrt(onlyMine.Right + onlyOther.Right) / onlyMine.Count;
                var grade = change <= Math.Max(chance, HalfAPoint) + Rounding ? Grade.Pass : change > TwoPoints + Rounding ? Grade.Fail : Grade.Warn;
                if (worst is { } w && w.Grade >= grade) continue;
                var (few, many) = (Counts.OfBoth(mine, Metric.RobustAccuracy, other, Metric.RobustAccuracy), $"{Text(2 * steps)} steps");
                worst = new(grade, grade == Grade.Pass ? $"{many} change no more than chance or 0.5 points"
                    : $"accuracy {few?.A} at {Text(mine.Strength)} in {Text(steps)} steps and {few?.B} in {many}: not converged");
            }
        }
        return worst;
    }

    static Finding? HasGradient(Series series, Checkup checkup)
    {
        if (series.Threat is null) return null;
        Finding? worst = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.ZeroGradientRate, point, Metric.ZeroGradientRate) is not var (blind, _)) continue;
            var grade = blind.Rate > FewGradients ? Grade.Fail : blind.Right > 0 ? Grade.Warn : Grade.Pass;
            if (worst is { } w && w.Grade >= grade) continue;
            worst = new(grade, grade == Grade.Pass ? "every sample that is right has a gradient"
                : $"no gradient at {blind.Right} of {blind.Count} samples that are right: there the attack is blind");
        }
        return worst;
    }

    static Finding? Repeats(Series series, Checkup checkup)
    {
        if (series.Threat is null) return null;
        var changes = series.Points.SelectMany(p => p.Cells).Select(c => c.Measured(Metric.OutputChange)?.Value).OfType<double>().ToList();
        if (changes.Count == 0) return null;
        return changes.Max() > SameOutput
            ? Finding.Fail($"logits change by {Text(changes.Max())} between two passes, and the attack does not average over draws")
            : Finding.Pass("two passes give the same logits");
    }

    static Finding? Adapts(Series series, Checkup checkup)
    {
        if (series.Threat is null || series.IsNoise || !checkup.Terms.Wraps(series.Target.Defense)) return null;
        return series.Target.Evaluation.Settings.GetValueOrDefault("attacker") switch
        {
            Word { Value: "naive" } => Finding.Warn($"not adaptive: the attacker does not know of {series.Name.Defense}"),
            Word => Finding.Pass("the attacker knows the defense"),
            _ => null,
        };
    }

    static Finding? ResolvesLowRates(Series series, Checkup checkup)
    {
        var others = series.Points.SelectMany(p => p.Cells).Select(c => c.Measured(Metric.Members)?.Value).Min();
        return others switch
        {
            null => null,
            < 10 / 0.01 => Finding.Warn($"1 % of {Text(others.Value)} others are fewer than 10 samples: only AUC and accuracy are left, which hide the few members found for sure"),
            < 10 / 0.001 => Finding.Warn($"0.1 % of {Text(others.Value)} others are fewer than 10 samples: quote the true positive rate at 1 %"),
            _ => Finding.Pass($"0.1 % of {Text(others.Value)} others are 10 samples or more"),
        };
    }

    static Finding? AreAlike(Series series, Checkup checkup)
    {
        Finding? passed = null;
        foreach (var cell in series.Points.SelectMany(p => p.Cells))
        {
            if (cell.Measured(Metric.AucUnseen) is not { Count: > 0 } unseen) continue;
            // Standard error of the area between two sets of n that are alike (Mann and Whitney 1947).
            var chance = 2 * Math.Sqrt((2.0 * unseen.Count + 1) / (12.0 * unseen.Count * unseen.Count));
            var evidence = $"networks that saw none of them tell members from others with an AUC of {Counts.Text(unseen.Value)} (seed {cell.Cell.Seed})";
            if (Math.Abs(unseen.Value - 0.5) > chance) return Finding.Warn($"{evidence}: so much is due to the data");
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    static string Text(double value) => Canonical.Number(value);

    static double? Steps(Choice attack) => attack.Settings.GetValueOrDefault("steps") is Number { Value: > 1 } steps ? steps.Value : null;

    static Choice WithSteps(Choice attack, double steps) => attack with { Settings = attack.Settings.SetItem("steps", steps) };

    static bool IsSingleStep(Series series) => series.Attack.Name == "fgsm";

    static IEnumerable<(SeriesPoint Mine, SeriesPoint Other)> Shared(Series series, Series rival) =>
        series.Points.Join(rival.Points, p => p.Strength, p => p.Strength, (p, q) => (p, q));

    /// <summary>Samples right under the one and wrong under the other, over the seeds that both have.</summary>
    static Counts OnlyOtherBreaks(SeriesPoint mine, SeriesPoint other)
    {
        var sum = default(Counts);
        var pairs = mine.Cells.Join(other.Cells, c => c.Cell.Seed, c => c.Cell.Seed, (a, b) => (a.Result?.Outcomes, b.Result?.Outcomes));
        foreach (var (a, b) in pairs)
            if (a is not null && b is not null && a.Count == b.Count) sum += new Counts(a.Ones - a.And(b).Ones, a.Count);
        return sum;
    }
}
