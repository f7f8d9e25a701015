using System.Globalization;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Checks;

/// <summary>Whether what a privacy attack is said to find can be believed.</summary>
static class PrivacyRules
{
    public static Finding? ResolvesLowRates(Series series, EvaluationChecks checkup)
    {
        var others = series.Points.SelectMany(p => p.Cells).Select(c => c.Measured(Metric.Members)?.Value).Min();
        return others switch
        {
            null => null,
            < 10 / 0.01 =>
                Finding.Warn(
                    $"1 % of {Text(others.Value)} others are fewer than 10 samples: only AUC and accuracy are left, "
                    + "which hide the few members found for sure"),
            < 10 / 0.001 =>
                Finding.Warn($"0.1 % of {Text(others.Value)} others are fewer than 10 samples: quote the true positive rate at 1 %"),
            _ => Finding.Pass($"0.1 % of {Text(others.Value)} others are 10 samples or more"),
        };
    }

    public static Finding? AreAlike(Series series, EvaluationChecks checkup)
    {
        Finding? passed = null;
        foreach (var cell in series.Points.SelectMany(p => p.Cells))
        {
            if (cell.Measured(Metric.AucUnseen) is not { Count: > 0 } unseen) continue;
            // Standard error of the area between two sets of n that are alike (Mann and Whitney 1947).
            var chance = 2 * Math.Sqrt((2.0 * unseen.Count + 1) / (12.0 * unseen.Count * unseen.Count));
            var evidence =
                $"networks that saw none of them tell members from others with an AUC of {Counts.Text(unseen.Value)} "
                + $"(seed {cell.Cell.Seed})";
            if (Math.Abs(unseen.Value - 0.5) > chance) return Finding.Warn($"{evidence}: so much is due to the data");
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    public static Finding? IsGuaranteed(Series series, EvaluationChecks checkup)
    {
        var cells = series.Points.SelectMany(p => p.Cells).Where(c => c.Measured(Metric.PrivacyDelta) is not null).ToList();
        if (cells.Count == 0) return null;
        if (cells.Any(c => c.Measured(Metric.PrivacyEpsilon) is null))
            return Finding.Warn("no guarantee: an epsilon holds for noised gradients of Poisson-sampled batches");
        var most = cells.Max(c => c.Measured(Metric.PrivacyEpsilon)!.Value).ToString("0.00", CultureInfo.InvariantCulture);
        return Finding.Pass($"epsilon {most} at delta {Text(cells[0].Measured(Metric.PrivacyDelta)!.Value)}");
    }

    public static Finding? StandsAudit(Series series, EvaluationChecks checkup)
    {
        Finding? passed = null;
        foreach (var cell in series.Points.SelectMany(p => p.Cells))
        {
            if (cell.Measured(Metric.AuditedEpsilon) is not { } shown || cell.Measured(Metric.PrivacyEpsilon) is not { } stated) continue;
            var evidence = string.Create(CultureInfo.InvariantCulture,
                $"an audit shows epsilon to exceed {shown.Value:0.00}, where {stated.Value:0.00} is stated (seed {cell.Cell.Seed})");
            if (shown.Value > stated.Value) return Finding.Fail(evidence);
            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    static string Text(double value) => Canonical.Number(value);
}
