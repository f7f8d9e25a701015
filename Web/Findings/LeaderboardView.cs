using Grid.Presentation;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Web.Findings;

/// <summary>How a defended model withstands all attacks of one threat model.</summary>
/// <param name="Worst">Accuracy against strength in the worst case over attacks, or under the only one.</param>
/// <param name="Clean">Accuracy without an attack; NaN where it is not measured.</param>
/// <param name="Summary">Epsilon at half and area under the curve; null before two strengths are done.</param>
/// <param name="Forwards">Forward passes for a sample that all attacks took together at the largest strength; NaN where not
/// counted.</param>
/// <param name="Gradients">Backward passes for a sample, counted like the forward passes.</param>
/// <param name="Verdict">The worst verdict on any of its curves.</param>
/// <param name="Attacks">Number of attacks that it stands for.</param>
public sealed record LeaderboardEntry(
    CellName Name, SecurityCurve Worst, double Clean, CurveSummary? Summary, double Forwards, double Gradients,
    CurveVerdict? Verdict, int Attacks);

/// <summary>Defended models under one threat model on one data set, the best first.</summary>
/// <param name="At">Strength whose accuracy the table shows at first.</param>
/// <param name="Note">Says which differences are more than chance; null where nothing can be compared.</param>
public sealed record LeaderboardView(
    string Id, string Dataset, CurveAxis? Axis, IReadOnlyList<double> Strengths, double At, IReadOnlyList<LeaderboardEntry> Entries,
        string? Note)
{
    /// <summary>The title of the axis of strengths, with the unit.</summary>
    public string AxisTitle => Presentation.Terminal.AxisTitle.Of(Axis);

    public static CellName NameOf(SecurityCurve c) => new(c.Dataset, c.Model, c.Poison, c.Attack, c.Defense);

    public static IReadOnlyList<LeaderboardView> Of(SweepReport report, EvaluationChecks checkup)
    {
        var curves = report.Curves.Where(c => c.Metric == Metric.RobustAccuracy).ToLookup(NameOf);
        var evasions =
            from series in checkup.Series
            where series.Threat is not null && !series.IsControl
            let curve = curves[series.Name].FirstOrDefault()
            where curve is not null
            select (Series: series, Curve: curve);
        return
        [
            .. evasions.GroupBy(e => (e.Curve.Dataset, e.Series.Threat, e.Curve.Axis))
                .Select((g, i) => Make($"board{i}", g.Key.Dataset, g.Key.Axis, [.. g])),
        ];
    }

    static LeaderboardView Make(string id, string dataset, CurveAxis? axis, IReadOnlyList<(Series Series, SecurityCurve Curve)> all)
    {
        var targets = all.GroupBy(e => e.Series.Target).Select(g => g.ToList()).ToList();
        // A worst case stands last among the series of its target.
        var worst = targets.ConvertAll(t => t[^1]);
        var strengths = worst.SelectMany(w => w.Curve.Points).Select(p => p.Strength).Distinct().Order().ToList();
        var at = strengths.Where(s => s > 0).DefaultIfEmpty(0).MaxBy(s => Spread(worst.ConvertAll(w => w.Curve), s));
        var entries = targets.Zip(worst, (series, w) => Entry(series, w.Series, w.Curve)).OrderByDescending(e => Accuracy(e.Worst, at))
            .ToList();
        return new(id, dataset, axis, strengths, at, entries, Compared(worst, at));
    }

    static LeaderboardEntry Entry(IReadOnlyList<(Series Series, SecurityCurve Curve)> all, Series worst, SecurityCurve curve)
    {
        var attacks = all.Where(e => e.Series.Attack.Name != WorstCase.Name).ToList();
        var clean = worst.Points.SelectMany(p => p.Cells).Select(c => c.Measured(Metric.CleanAccuracy)?.Value).OfType<double>()
            .DefaultIfEmpty(double.NaN).Average();
        var verdict = all.Select(e => e.Curve.Verdict).MaxBy(v => v?.Grade);
        return new(
            worst.Name, curve, clean, CurveSummary.Of(worst), attacks.Sum(a => Passes(a.Series, Metric.ForwardPasses)),
            attacks.Sum(a => Passes(a.Series, Metric.GradientPasses)), verdict, attacks.Count);
    }

    static double Passes(Series series, string metric) =>
        series.Points[^1].Cells.Select(c => c.Measured(metric)?.Value).OfType<double>().DefaultIfEmpty(double.NaN).Average();

    static string? Compared(List<(Series Series, SecurityCurve Curve)> worst, double at)
    {
        // All pairs are compared, which takes long, and of very many nothing can be said that anyone reads.
        if (worst.Count is < 2 or > 12) return null;
        var models = worst.Select(w => w.Curve.Model).Distinct().Count() > 1;
        var attackers = worst.GroupBy(w => (w.Curve.Model, w.Curve.Poison, w.Curve.Defense)).Any(g => g.Count() > 1);
        var entries =
            from w in worst
            let cells = w.Series.Points.FirstOrDefault(p => p.Strength == at)?.Cells
            select (Name: (models ? $"{w.Curve.Model}, " : "") + w.Curve.Defense + (attackers ? $" under {w.Curve.Attack}" : ""),
                Cells: cells);
        var known = entries.Where(e => e.Cells?.All(c => c.Result?.Outcomes is not null) == true)
            .Select(e => (e.Name, Seeds: (IReadOnlyList<OutcomeBits>)[.. e.Cells!.Select(c => c.Result!.Outcomes!)])).ToList();
        var isAlike = known.Count == worst.Count
            && known.Select(e => string.Join(' ', e.Seeds.Select(s => s.Count))).Distinct().Count() == 1;
        return isAlike ? Leaderboard.Note(Leaderboard.Of(known)) : null;
    }

    /// <summary>The accuracy at a strength; NaN where that strength is not done.</summary>
    public static double Accuracy(SecurityCurve curve, double strength) => curve.Points.FirstOrDefault(p =>
        p.Strength == strength)?.Mean ?? double.NaN;

    static double Spread(IReadOnlyList<SecurityCurve> curves, double strength)
    {
        var values = curves.Select(c => Accuracy(c, strength)).Where(double.IsFinite).ToList();
        // Of one curve alone, where it is steepest: nearest to half.
        return values.Count < 2 ? -Math.Abs(values.DefaultIfEmpty(0).First() - 0.5) : values.Max() - values.Min();
    }
}
