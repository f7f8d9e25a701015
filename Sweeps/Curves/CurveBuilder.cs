using Grid.Sweeps.Checks;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Curves;

/// <summary>Puts results together to security evaluation curves, checked.</summary>
public static class CurveBuilder
{
    static readonly string[] Metrics = [Metric.RobustAccuracy, Metric.AttackSuccessRate, Metric.CertifiedAccuracy, Metric.Auc];

    /// <summary>
    /// One curve for every metric, attack and target with a result, in the order of the plan; then the worst cases. Strengths where no
    /// seed is done are left out.
    /// </summary>
    /// <param name="cells">Every planned cell in the order of the plan, with the results so far.</param>
    /// <param name="terms">What to know of the catalogue.</param>
    public static IReadOnlyList<SecurityCurve> Build(IReadOnlyList<CellOutcome> cells, Terms terms)
    {
        var checkup = new Checkup(cells, terms);
        return
        [
            .. from series in checkup.Series
               let check = new Lazy<string>(() => checkup.Summary(series))
               from metric in Metrics
               let points = series.Points.Select(p => Point(p, metric)).OfType<CurvePoint>().ToList()
               where points.Count > 0
               let name = series.Name
               select new SecurityCurve(name.Dataset, name.Model, name.Poison, name.Attack, name.Defense, metric, points, check.Value),
        ];
    }

    static CurvePoint? Point(SeriesPoint point, string metric)
    {
        var seeds = point.Cells.Select(c => c.Measured(metric)).OfType<Measurement>().ToList();
        if (seeds.Count == 0) return null;
        var values = seeds.ConvertAll(m => m.Value);
        var (low, high) = seeds.Count == 1 ? OneSeed(point, metric, seeds[0]) : Intervals.StudentT(values).Clamp(0, 1);
        return new(point.Strength, seeds.Min(m => m.Count), values.Average(), low, high, seeds.Count, point.Cells.Count);
    }

    static Interval OneSeed(SeriesPoint point, string metric, Measurement rate) => metric == Metric.Auc
        ? new(Only(point, Metric.AucLow), Only(point, Metric.AucHigh))
        : Intervals.Wilson(rate.Successes ?? (long)Math.Round(rate.Value * rate.Count), rate.Count);

    static double Only(SeriesPoint point, string metric) => point.Cells.Select(c => c.Measured(metric)?.Value).FirstOrDefault(v => v is not null) ?? double.NaN;
}
