using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Checks;

/// <summary>Puts results together to security evaluation curves, and checks them.</summary>
public static class CurveBuilder
{
    static readonly string[] Metrics =
    [
        Metric.RobustAccuracy, Metric.AttackSuccessRate, Metric.CertifiedAccuracy, Metric.Auc, Metric.TprAtFpr1, Metric.TprAtFpr01,
        Metric.Optimality,
    ];

    /// <summary>One curve for every metric, attack and target that has a result, in the order of the plan; after them the worst cases.
    /// Strengths at which no seed is done are left out.</summary>
    /// <param name="cells">Every planned cell in the order of the plan, with the results so far.</param>
    /// <param name="terms">What the catalogue says of the entries.</param>
    public static IReadOnlyList<SecurityCurve> Build(IReadOnlyList<CellOutcome> cells, CatalogTraits terms) =>
        Build(new EvaluationChecks(cells, terms));

    /// <summary>The curves of the series that are checked, in their order.</summary>
    /// <param name="checkup">The series, with their checks.</param>
    public static IReadOnlyList<SecurityCurve> Build(EvaluationChecks checkup) =>
    [
        .. from series in checkup.Series
           let verdict = new Lazy<CurveVerdict?>(() => checkup.Summary(series))
           from metric in Metrics
           let points = metric == Metric.Optimality
               ? OfOptimality(series, checkup)
               : series.Points.Select(p => Point(p, metric)).OfType<CurvePoint>().ToList()
           where points.Count > 0
           let name = series.Name
           select new SecurityCurve(
               name.Dataset, name.Model, name.Poison, name.Attack, name.Defense, metric, points, verdict.Value, series.Axis)
           {
               Open = series.Open,
               Triggered = metric == Metric.AttackSuccessRate
                   && series.Points.Any(p => p.Cells.Any(c => c.Measured(Metric.TwinSuccessRate) is not null)),
           },
    ];

    /// <summary>The optimality of an attack, as one point at its largest strength; no point where the attack has no rival.</summary>
    static List<CurvePoint> OfOptimality(Series series, EvaluationChecks checkup)
    {
        if (series.Threat is null || series.IsControl || series.Attack.Name == WorstCase.Name) return [];
        var lowest = checkup.Lowest(series);
        if (lowest.Attacks < 2 || Optimality.Of(series, lowest) is not { Count: > 0 } values) return [];
        var (last, mean) = (series.Points[^1], values.Average());
        var interval = values.Count == 1 ? new(mean, mean) : Intervals.StudentT(values).Clamp(0, 1);
        return [new(last.Strength, last.Cells.Min(c => c.Measured(Metric.RobustAccuracy)?.Count ?? 0), mean, interval.Low, interval.High,
            values.Count, last.Cells.Count)];
    }

    static CurvePoint? Point(SeriesPoint point, string metric)
    {
        var seeds = point.Cells.Select(c => c.Measured(metric)).OfType<Measurement>().ToList();
        if (seeds.Count == 0) return null;
        var values = seeds.ConvertAll(m => m.Value);
        var (mean, samples) = (values.Average(), seeds.Min(m => m.Count));
        var ofSamples = metric == Metric.Auc ? OfAuc(point, mean)
            : OfFixedFalsePositives(point, metric, mean, samples)
                ?? Intervals.ClopperPearson((long)Math.Round(mean * samples), samples);
        // Seeds share their samples: what other samples would give, no number of seeds tells.
        var (low, high) = seeds.Count == 1 ? ofSamples : Intervals.Both(mean, Intervals.StudentT(values), ofSamples).Clamp(0, 1);
        return new(point.Strength, samples, mean, low, high, seeds.Count, point.Cells.Count);
    }

    /// <summary>The interval of an area under a ROC curve; for several seeds it is as wide as theirs are in the mean.</summary>
    static Interval OfAuc(SeriesPoint point, double mean)
    {
        var seeds = point.Cells.Where(c => c.Measured(Metric.Auc) is not null).ToList();
        return new(mean - seeds.Average(c => Value(c, Metric.Auc) - Value(c, Metric.AucLow)),
            mean + seeds.Average(c => Value(c, Metric.AucHigh) - Value(c, Metric.Auc)));
    }

    /// <summary>The interval of a true positive rate at a fixed false positive rate; null for other metrics.</summary>
    static Interval? OfFixedFalsePositives(SeriesPoint point, string metric, double mean, long members)
    {
        if (Metric.TruePositiveRates.FirstOrDefault(r => r.Metric == metric) is not { Metric: not null } asked) return null;
        // A privacy attack meets as many others as members.
        var curve = from rate in Metric.TruePositiveRates
                    let found = point.Cells.Select(c => c.Measured(rate.Metric)?.Value).OfType<double>().ToList()
                    where found.Count > 0
                    select (rate.FalsePositives, found.Average());
        return FixedFalsePositives.Of([.. curve], asked.FalsePositives, mean, members, others: members);
    }

    static double Value(CellOutcome cell, string metric) => cell.Measured(metric)?.Value ?? double.NaN;
}
