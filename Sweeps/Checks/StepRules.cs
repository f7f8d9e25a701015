using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Checks;

/// <summary>Whether an iterative attack has made its steps count: what it breaks, sample by sample, beside what fewer or more steps
/// break.</summary>
static class StepRules
{
    const double HalfAPoint = 0.005;
    const double TwoPoints = 0.02;
    const double High = 0.5;
    const double NearZero = 0.1;
    const double Rounding = 1e-9;

    public static Finding? IterativeBeatsSingleStep(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || checkup.Terms.Steps(series.Attack) is null) return null;
        Finding? worst = null;
        foreach (var single in checkup.Rivals(series).Where(s => checkup.Terms.IsSingleStep(s.Attack)))
        {
            foreach (var (mine, other) in EvaluationChecks.Shared(series, single))
            {
                if (mine.Strength == 0 || OnlyOtherBreaks(mine, other) is not { Count: > 0 } missed) continue;
                var (weak, strong) = (single.Name.Attack, series.Name.Attack);
                // One start of an honest attack misses one or two of a few hundred by accident.
                var grade = Intervals.AtLeast(missed.Right, missed.Count, 0.025) > HalfAPoint ? Grade.Fail
                    : missed.Rate > HalfAPoint + Rounding ? Grade.Warn : Grade.Pass;
                if (worst is { } w && w.Grade >= grade) continue;
                worst = new(grade, grade == Grade.Pass ? $"{weak} breaks hardly a sample that {strong} does not"
                    : $"{weak} breaks {missed.Right} of {missed.Count} samples at {Text(mine.Strength)} that {strong} does not");
            }
        }
        return worst;
    }

    public static Finding? SingleStepHurts(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || !checkup.Terms.IsSingleStep(series.Attack)) return null;
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

    public static Finding? NoCatastrophe(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.SingleStepAccuracy, point, Metric.IterativeAccuracy) is not var (single, iterative)) continue;
            var trained = checkup.Terms.TrainedStrength(series.Target.Defense) is { } strength ? $" at {Text(strength)}" : "";
            var evidence = $"accuracy {single} under the single step of its training{trained}, {iterative} under PGD";
            if (single.Rate >= High && iterative.Rate <= NearZero) return Finding.Fail($"catastrophic overfitting: {evidence}");
            if (iterative.Rate < single.Rate / 2) return Finding.Warn(evidence);
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    public static Finding? Converged(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || checkup.Terms.Steps(series.Attack) is not { } steps) return null;
        var (worst, doubled) = (default(Finding?), checkup.Terms.WithSteps(series.Attack, 2 * steps));
        foreach (var twice in checkup.Rivals(series).Where(s => s.Attack.Equals(doubled)))
        {
            foreach (var (mine, other) in EvaluationChecks.Shared(series, twice).Where(p => p.Mine.Strength > 0))
            {
                var (onlyMine, onlyOther) = (OnlyOtherBreaks(mine, other), OnlyOtherBreaks(other, mine));
                if (onlyMine.Count == 0) continue;
                var change = Math.Abs(onlyMine.Rate - onlyOther.Rate);
                // McNemar's: only samples that differ say anything.
                var chance = 2 * Math.Sqrt(onlyMine.Right + onlyOther.Right) / onlyMine.Count;
                var grade = change <= Math.Max(chance, HalfAPoint) + Rounding
                    ? Grade.Pass
                    : change > TwoPoints + Rounding ? Grade.Fail : Grade.Warn;
                if (worst is { } w && w.Grade >= grade) continue;
                var (few, many) = (Counts.OfBoth(mine, Metric.RobustAccuracy, other, Metric.RobustAccuracy), $"{Text(2 * steps)} steps");
                worst = new(grade, grade == Grade.Pass ? $"{many} change no more than chance or 0.5 points"
                    : $"accuracy {few?.A} at {Text(mine.Strength)} in {Text(steps)} steps and {few?.B} in {many}: not converged");
            }
        }
        return worst;
    }

    public static Finding? AgreesWithMinimumNorm(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || checkup.Searches(series) is not { } searches
            || (!searches && checkup.Terms.Steps(series.Attack) is null))
            return null;
        Finding? passed = null;
        foreach (var rival in checkup.Rivals(series)
            .Where(r => checkup.Searches(r) == !searches && (!searches || checkup.Terms.Steps(r.Attack) is not null)))
        {
            foreach (var (mine, other) in EvaluationChecks.Shared(series, rival))
            {
                if (mine.Strength == 0 || Counts.OfBoth(mine, Metric.RobustAccuracy, other, Metric.RobustAccuracy) is not var (own, theirs))
                    continue;
                var (by, chance) = own.Above(theirs);
                if (by > chance) return Finding.Warn($"accuracy {own} at {Text(mine.Strength)}, where {rival.Name.Attack} leaves {theirs}");
                passed = Finding.Pass(searches
                    ? "a fixed radius breaks no more than the search for the nearest image"
                    : "the search for the nearest image breaks no more");
            }
        }
        return passed;
    }

    /// <summary>Whether an attack looks for the nearest adversarial image; null while nothing is known of it.</summary>
    internal static bool? Searches(Series series)
    {
        var done = series.Points.SelectMany(p => p.Cells).Where(c => c.Measured(Metric.RobustAccuracy) is not null).ToList();
        return done.Count == 0 || series.IsControl ? null : done.Any(c => c.Measured(Metric.DistanceFound) is not null);
    }

    public static Finding? Reaches(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || checkup.Terms.StepSize(series.Attack) is not { } size) return null;
        var reach = size * (checkup.Terms.Steps(series.Attack) ?? 1);
        return reach < 1 - Rounding
            ? Finding.Fail($"all steps together are {Text(reach)} of the strength long: what lies further off is not tried")
            : Finding.Pass("all steps together are as long as the strength or longer");
    }

    static string Text(double value) => Canonical.Number(value);

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
