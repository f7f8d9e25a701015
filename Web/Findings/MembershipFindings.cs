using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Web.Figures;

namespace Grid.Web.Findings;

/// <summary>Collects the curve of each membership attack on each defended model.</summary>
static class MembershipFindings
{
    public static IReadOnlyList<MembershipCurves> Of(IReadOnlyList<Series> all)
    {
        var places =
            from series in all
            let points = Points(series)
            where points.Count > 2
            group (series.Name, Points: points, Auc: Mean(Attacked(series), Metric.Auc), Threshold: Threshold(Attacked(series)))
                by (series.Name.Dataset, series.Name.Model);
        return
        [
            .. places.SelectMany(place => place.Chunk(CurveKey.Colours).Select(part => (place.Key, Lines: part))).Select((p, i) =>
            {
                var (attacks, defenses) =
                    (p.Lines.Select(l => l.Name.Attack).Distinct().Count(), p.Lines.Select(l => l.Name.Defense).Distinct().Count());
                var lines = p.Lines.Select((l, n) => new MembershipLine(
                    defenses == 1 ? l.Name.Attack : attacks == 1 ? l.Name.Defense : $"{l.Name.Attack}, {l.Name.Defense}", CurveKey.Of(n),
                    l.Points, l.Auc, l.Threshold));
                var all = defenses == 1 ? $", {p.Lines[0].Name.Defense}" : attacks == 1 ? $", {p.Lines[0].Name.Attack}" : "";
                var title = $"{p.Key.Dataset}, {p.Key.Model}{all}";
                return new MembershipCurves($"roc{i}", title, [.. lines]);
            }),
        ];
    }

    static List<RatePair> Points(Series series)
    {
        var cells = Attacked(series);
        RatePair[] all =
        [
            .. Metric.TruePositiveRates.Select(at => new RatePair(at.FalsePositives, Mean(cells, at.Metric))),
            Threshold(cells), new(1, 1),
        ];
        return [.. all.Where(p => p.FalsePositives >= MembershipCurves.Least && double.IsFinite(p.TruePositives))
            .OrderBy(p => p.FalsePositives).ThenBy(p => p.TruePositives)];
    }

    static RatePair Threshold(IReadOnlyList<CellOutcome> cells)
    {
        var (found, more) = (Mean(cells, Metric.MembershipRecall), Mean(cells, Metric.MembershipAdvantage));
        return new(found - more, found);
    }

    /// <summary>The cells above strength 0: at 0 a membership attack is turned off.</summary>
    static IReadOnlyList<CellOutcome> Attacked(Series series) => series.Points[^1] is { Strength: > 0 } last ? last.Cells : [];

    static double Mean(IReadOnlyList<CellOutcome> cells, string metric) =>
        cells.Select(c => c.Measured(metric)?.Value).OfType<double>().DefaultIfEmpty(double.NaN).Average();
}
