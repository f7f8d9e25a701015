using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Checks;

/// <summary>Whether the attacker has a gradient that leads somewhere.</summary>
static class GradientRules
{
    const double HalfAPoint = 0.005;
    const double FewGradients = 0.05;
    const double FewBySquare = 0.002;
    const double SameOutput = 1e-4;

    public static Finding? BeatsTransfer(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength > 0))
        {
            var (own, transferred) = (default(Counts), default(Counts));
            foreach (var cell in point.Cells)
            {
                if (Counts.Of(cell, Metric.TransferAccuracy) is not { } transfer || cell.Result?.Outcomes is not { } outcomes
                    || outcomes.Count < transfer.Count) continue;
                // It is measured on the first samples.
                own += new Counts(Enumerable.Range(0, (int)transfer.Count).Count(i => outcomes[i]), transfer.Count);
                transferred += transfer;
            }

            if (own.Count == 0) continue;
            var (by, chance) = own.Above(transferred);
            if (by > Math.Max(chance, HalfAPoint))
                return Finding.Fail(
                    $"accuracy {own} at {Text(point.Strength)}, where the attack on the network alone leaves {transferred}: "
                    + "the defense hides its gradient");
            passed = Finding.Pass("what transfers from the network alone is no stronger than the attack");
        }
        return passed;
    }

    public static Finding? HasGradient(Series series, EvaluationChecks checkup)
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

    public static Finding? Repeats(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        var changes = series.Points.SelectMany(p => p.Cells).Select(c => c.Measured(Metric.OutputChange)?.Value).OfType<double>().ToList();
        if (changes.Count == 0) return null;
        return changes.Max() > SameOutput
            ? Finding.Fail($"logits change by {Text(changes.Max())} between two passes, and the attack does not average over draws")
            : Finding.Pass("two passes give the same logits");
    }

    public static Finding? IsWhatAnswers(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.MisledRate, point, Metric.MisledRate) is not var (misled, _)) continue;
            if (misled.Rate > HalfAPoint)
                return Finding.Fail(
                    $"{misled.Right} of {misled.Count} samples at {Text(point.Strength)} are broken by their logits and answered right: "
                    + "the attack does not meet what answers");
            passed = Finding.Pass("what is attacked is what answers");
        }
        return passed;
    }

    public static Finding? AnswersAsItStands(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        var most = series.Points.SelectMany(p => p.Cells).Max(c => c.Measured(Metric.AnswerGradients)?.Value);
        return most is null ? null
            : Finding.Warn(
                $"{series.Name.Defense} takes {Text(most.Value)} gradients to answer: "
                + "whether the attack sees through that, no number tells");
    }

    public static Finding? TakesLogits(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var point in series.Points)
        {
            if (Counts.OfBoth(point, Metric.ProbabilityRate, point, Metric.ProbabilityRate) is not var (probable, _)) continue;
            if (probable.Right > 0)
                return Finding.Warn(
                    $"outputs of {probable.Right} of {probable.Count} samples are probabilities, which flatten every loss: give logits");
            passed = Finding.Pass("the outputs are no probabilities");
        }
        return passed;
    }

    public static Finding? SquareFindsNoMore(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null) return null;
        Finding? passed = null;
        foreach (var (point, attack) in series.Points.SelectMany(p => checkup.Terms.GradientFree.Select(attack => (p, attack))))
        {
            var part = Metric.BrokenBy(attack);
            if (Counts.OfBoth(point, part, point, part) is not var (broken, _)) continue;
            if (broken.Rate > FewBySquare)
                return Finding.Warn(
                    $"{attack}, which sees no gradient, breaks {broken.Right} of {broken.Count} samples at {Text(point.Strength)} that "
                    + "gradients leave: they are masked");
            passed = Finding.Pass($"{attack} breaks hardly a sample that gradients leave");
        }
        return passed;
    }

    static string Text(double value) => Canonical.Number(value);
}
