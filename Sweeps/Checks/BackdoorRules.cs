using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Checks;

/// <summary>Whether a backdoor does what is claimed of it, and whether whoever looks for poison finds more than chance would.</summary>
static class BackdoorRules
{
    public static Finding? BeatsTwin(Series series, EvaluationChecks checkup)
    {
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength > 0))
        {
            if (OfPoison(point) is not { } own) continue;
            var evidence =
                $"the trigger succeeds on {own.Success} at {Text(point.Strength)} and on {own.Twin} of the clean "
                + $"twin's: {Counts.Text(own.By)} is the poison's";
            if (own.By <= own.Chance)
            {
                // A defense may have taken the backdoor away. What was there shows on the network without it.
                if (checkup.Undefended(series)?.Points.FirstOrDefault(p => p.Strength == point.Strength) is not { } bare
                    || OfPoison(bare) is not { } without || without.By <= without.Chance) return Finding.Warn(evidence);
                evidence += $", but {Counts.Text(without.By)} of the network without the defense";
            }

            passed = Finding.Pass(evidence);
        }
        return passed;
    }

    /// <summary>How often the trigger succeeds, how often on the clean twin, by how much more, and how much of that chance
    /// explains.</summary>
    static (Counts Success, Counts Twin, double By, double Chance)? OfPoison(SeriesPoint point)
    {
        if (Counts.OfBoth(point, Metric.AttackSuccessRate, point, Metric.TwinSuccessRate) is not var (success, twin)) return null;
        var (by, chance) = success.Above(twin);
        return (success, twin, by, chance);
    }

    public static Finding? BeatsRandom(Series series, EvaluationChecks checkup)
    {
        if (checkup.Terms.IsControlDefense(series.Target.Defense)) return null;
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength > 0))
        {
            if ((Removed(point) ?? Detected(point)) is not { } finding) continue;
            if (finding.Grade != Grade.Pass) return finding;
            passed = finding;
        }
        return passed;
    }

    /// <summary>A filter takes more of the poison than its share of the training set.</summary>
    static Finding? Removed(SeriesPoint point)
    {
        var (found, share) = (default(Counts?), default(Counts?));
        foreach (var cell in point.Cells)
        {
            if (Counts.Of(cell, Metric.RemovalRecall) is not { } own || cell.Measured(Metric.Removed) is not { Count: > 0 } removed)
                continue;
            var all = new Counts((long)removed.Value, removed.Count);
            (found, share) = (found is { } f ? f + own : own, share is { } s ? s + all : all);
        }
        if (found is not { } recall || share is not { } chosen) return null;
        var (by, chance) = recall.Above(chosen);
        var evidence = $"{recall} of the poison of {Text(point.Strength)} is removed with {chosen} of the set";
        return by > chance ? Finding.Pass(evidence) : Finding.Warn($"{evidence}: no more than random removal finds");
    }

    static Finding? Detected(SeriesPoint point)
    {
        var cells = point.Cells.Where(c => c.Measured(Metric.DetectionAuc) is not null).ToList();
        if (cells.Count == 0) return null;
        var (auc, low) =
            (cells.Average(c => c.Measured(Metric.DetectionAuc)!.Value), cells.Average(c => c.Measured(Metric.DetectionAucLow)!.Value));
        var evidence =
            $"triggers of {Text(point.Strength)} are told from clean images with an AUC of {Counts.Text(auc)}, {Counts.Text(low)} at least";
        return low > 0.5 ? Finding.Pass(evidence) : Finding.Warn($"{evidence}: no better than guessing");
    }

    static string Text(double value) => Cells.Canonical.Number(value);
}
