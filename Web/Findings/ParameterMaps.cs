using Grid.Presentation;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;
using Grid.Web.Figures;

namespace Grid.Web.Findings;

/// <summary>
/// Finds grids over two parameters in a sweep. It looks at the numbers that differ between attacks of one name on defended models of one
/// kind: the two with most values are the axes, and the others distinguish one map from another. Each map is shown at the strength at which
/// its fields differ most.
/// </summary>
static class ParameterMaps
{
    static readonly string[] Metrics = [Metric.RobustAccuracy, Metric.AttackSuccessRate, Metric.CertifiedAccuracy, Metric.Auc];

    public static IReadOnlyList<GridMap> Of(SweepReport report, IReadOnlyList<Series> all)
    {
        var curves = report.Curves.Where(c => Metrics.Contains(c.Metric))
            .ToLookup(LeaderboardView.NameOf);
        var families =
            from series in all
            where series.Attack.Name != WorstCase.Name && report.Terms.Grid(series.Target.Defense) is null
            group new Member(series, Numbers(series)) by Alike(series);
        return [.. families.SelectMany(f => Maps([.. f], curves)).Select((map, i) => map with { Id = $"map{i}" })];
    }

    static IEnumerable<GridMap> Maps(List<Member> family, ILookup<CellName, SecurityCurve> curves)
    {
        var axes = family[0].Numbers.Keys.Select(key => (Key: key, Values: family.Select(m => m.Numbers[key]).Distinct().Count()))
            .Where(a => a.Values > 1).OrderByDescending(a => a.Values).ToList();
        if (axes.Count < 2) yield break;
        var (row, column, rest) = (axes[0].Key, axes[1].Key, axes.Skip(2).Select(a => a.Key).ToList());
        foreach (var part in family.GroupBy(m => string.Join(", ", rest.Select(key => $"{key}={Canonical.Number(m.Numbers[key])}"))))
        {
            if (Map([.. part], row, column, part.Key, curves) is { } map) yield return map;
        }
    }

    static GridMap? Map(List<Member> members, string row, string column, string rest, ILookup<CellName, SecurityCurve> curves)
    {
        var first = members[0].Series;
        var known = curves[first.Name].Select(c => c.Metric).ToList();
        var metric = Metrics.FirstOrDefault(known.Contains);
        var (rows, columns) = (Values(members, row), Values(members, column));
        if (metric is null || rows.Count < 2 || columns.Count < 2) return null;
        var lines = members.ConvertAll(m => (Member: m, Curve: curves[m.Series.Name].FirstOrDefault(c => c.Metric == metric)));
        var strength = first.Points.Select(p => p.Strength).Where(s => s > 0).DefaultIfEmpty(double.NaN)
            .MaxBy(s => Spread([.. lines.Select(l => Mean(l.Curve, s)).Where(double.IsFinite)]));
        var fields = new Dictionary<(double, double), GridField>();
        foreach (var (member, curve) in lines)
            if (Field(member.Series, curve, strength) is { } field) fields[(member.Numbers[row], member.Numbers[column])] = field;
        if (fields.Count < 4) return null;
        var place = string.Join(", ", new[] { first.Name.Dataset, first.Name.Model, first.Name.Poison is "none" ? "" : first.Name.Poison }
            .Where(p => p != ""));
        var title = $"{first.Attack.Name} against {first.Target.Defense.Name} at {Canonical.Number(strength)} "
            + $"({place}{(rest == "" ? "" : $", {rest}")})";
        return new("", title, metric.Replace('_', ' '), row, column, rows, columns, CurveScale.IsShare(metric),
            fields.Values.Select(f => f.Value).Max() is > 0 and var top ? top : 1, fields);
    }

    static GridField? Field(Series series, SecurityCurve? curve, double strength)
    {
        if (curve?.Points.FirstOrDefault(p => p.Strength == strength) is not { } point || !double.IsFinite(point.Mean)) return null;
        var control = curve.Points.FirstOrDefault(p => p.Strength == 0);
        if (control is null || !double.IsFinite(control.Mean))
            return new(point.Mean, point.Low, point.High, double.NaN, double.NaN, double.NaN, double.NaN, point.Count);
        var excess = curve.Metric == Metric.RobustAccuracy ? Paired(series, strength) : null;
        var (low, high) = excess is { } paired ? paired.Interval
            : Intervals.Difference(point.Mean, new(point.Low, point.High), control.Mean, new(control.Low, control.High));
        return new(point.Mean, point.Low, point.High, control.Mean, point.Mean - control.Mean, low, high, point.Count);
    }

    /// <summary>The same samples are attacked as in the control: only samples that the attack changes carry information.</summary>
    static Estimate? Paired(Series series, double strength)
    {
        var control = series.Points.First(p => p.Strength == 0);
        var pairs =
            from attacked in series.Points.First(p => p.Strength == strength).Cells
            join clean in control.Cells on attacked.Cell.Seed equals clean.Cell.Seed
            where attacked.Result?.Outcomes is { Count: > 0 } && clean.Result?.Outcomes?.Count == attacked.Result.Outcomes.Count
            select (attacked.Result!.Outcomes!, clean.Result!.Outcomes!);
        return pairs.ToList() is { Count: > 0 } all ? PairedDifference.Of(all).Difference : null;
    }

    /// <summary>What must be the same within a map: everything but numbers.</summary>
    static string Alike(Series s) => string.Join('\n', s.Target.Dataset, s.Target.Model, s.Target.Training, s.Target.Evaluation,
        s.Target.Poison?.Attack.Name, Rest(s.Target.Poison?.Attack), s.Attack.Name, Rest(s.Attack), s.Target.Defense.Name,
        Rest(s.Target.Defense));

    static string Rest(Choice? choice) => choice is null ? ""
        : string.Join(',', choice.Settings.Select(x => x.Value is Number ? x.Key : $"{x.Key}={Canonical.Text(x.Value)}"));

    static Dictionary<string, double> Numbers(Series series)
    {
        var all = new Dictionary<string, double>();
        Add("", series.Target.Defense);
        Add(all.Keys.Intersect(series.Attack.Settings.Keys).Any() ? "attack's " : "", series.Attack);
        if (series.Target.Poison is not { } poison) return all;
        Add("poison's ", poison.Attack);
        all["poison's strength"] = poison.Strength;
        return all;

        void Add(string of, Choice choice)
        {
            foreach (var (name, value) in choice.Settings) if (value is Number n) all[of + name] = n.Value;
        }
    }

    static IReadOnlyList<double> Values(List<Member> members, string key) => [.. members.Select(m => m.Numbers[key]).Distinct().Order()];

    static double Mean(SecurityCurve? curve, double strength) => curve?.Points.FirstOrDefault(p =>
        p.Strength == strength)?.Mean ?? double.NaN;

    static double Spread(IReadOnlyList<double> values) => values.Count < 2 ? 0 : values.Max() - values.Min();

    sealed record Member(Series Series, Dictionary<string, double> Numbers);
}
