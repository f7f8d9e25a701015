using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Checks;

/// <summary>Whether what a targeted poison is said to do can be believed.</summary>
static class TargetedRules
{
    const double FewTargets = 10;
    const double FewVictims = 8;

    public static Finding? EnoughTrials(Series series, EvaluationChecks checkup)
    {
        var cells = series.Points.SelectMany(p => p.Cells).ToList();
        if (cells.Select(c => c.Measured(Metric.Targets)?.Value).Min() is not { } targets) return null;
        var victims = cells.Min(c => c.Measured(Metric.Victims)?.Value ?? double.PositiveInfinity);
        var evidence = $"{Canonical.Number(targets)} targets a seed, {Canonical.Number(victims)} victims each";
        return targets < FewTargets || victims < FewVictims ? Finding.Warn(evidence) : Finding.Pass(evidence);
    }

    public static Finding? BeatsCleanTwin(Series series, EvaluationChecks checkup)
    {
        Finding? passed = null;
        foreach (var point in series.Points.Where(p => p.Strength > 0))
        {
            if (Counts.OfBoth(point, Metric.AttackSuccessRate, point, Metric.CleanAttackSuccessRate) is not var (hit, clean)) continue;
            var (by, chance) = hit.Above(clean);
            var evidence = $"success {hit} at {Canonical.Number(point.Strength)}, {clean} without poison";
            if (by <= chance) return Finding.Warn($"{evidence}: no more than chance");
            passed = Finding.Pass(evidence);
        }
        return passed;
    }
}
