using Grid.Presentation;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Checks;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Web.Figures;

namespace Grid.Web.Findings;

/// <summary>What a sweep has found, in reading order: leaderboards, charts, checks.</summary>
public sealed class Study
{
    readonly EvaluationChecks _checkup;
    readonly Dictionary<CellName, Series> _series = [];
    readonly ILookup<CellName, SecurityCurve> _certified;

    public Study(SweepReport report)
    {
        Report = report;
        _checkup = report.Checks;
        foreach (var series in _checkup.Series) _series.TryAdd(series.Name, series);
        var drawn = report.Curves.Where(c => c.Metric is not (Metric.Optimality or Metric.CertifiedAccuracy)).ToList();
        _certified = report.Curves.Where(c => c.Metric == Metric.CertifiedAccuracy).ToLookup(LeaderboardView.NameOf);
        Defenses = new(report.Curves.Select(c => c.Defense));
        Attacks = new(report.Curves.Select(c => c.Attack));
        Boards = LeaderboardView.Of(report, _checkup);
        Panels = [.. Drawn(drawn).GroupBy(Place).SelectMany((group, i) => Split(group.Key, [.. group], i))];
        Overlays = [.. Drawn(drawn).GroupBy(Place).SelectMany((group, i) => Overlaid(group.Key, [.. group], i))];
        Rules = RuleFindings.Of(_checkup);
        var top = FriendsGrid.Top(report.Friends);
        FriendsMaps = [.. FriendsGrid.Of(report.Friends).Select((grid, i) => GridMap.Of(grid, top, $"friends{i}"))];
        ParameterMaps = Findings.ParameterMaps.Of(report, _checkup.Series);
        Memberships = MembershipFindings.Of(_checkup.Series);
        Unasked = _checkup.Unasked();
    }

    public SweepReport Report { get; }

    public IReadOnlyList<LeaderboardView> Boards { get; }

    public IReadOnlyList<Panel> Panels { get; }

    /// <summary>The same curves with all attacks on one defense in one chart, where there are several of both.</summary>
    public IReadOnlyList<Panel> Overlays { get; }

    /// <summary>The FRIENDS grids.</summary>
    public IReadOnlyList<GridMap> FriendsMaps { get; }

    /// <summary>Every other grid over two parameters.</summary>
    public IReadOnlyList<GridMap> ParameterMaps { get; }

    public IEnumerable<GridMap> Maps => FriendsMaps.Concat(ParameterMaps);

    public IReadOnlyList<MembershipCurves> Memberships { get; }

    public IReadOnlyList<RuleFindings> Rules { get; }

    public IReadOnlyList<(string Id, string Wants)> Unasked { get; }

    /// <summary>The colour and marker of each defense, the same wherever it is drawn.</summary>
    public CurveKeys Defenses { get; }

    public CurveKeys Attacks { get; }

    /// <summary>Every colour and marker in use.</summary>
    public IEnumerable<CurveKey> Keys =>
        Panels.Concat(Overlays).SelectMany(p => p.Curves).Select(c => c.Key)
            .Concat(Memberships.SelectMany(m => m.Lines).Select(l => l.Key));

    /// <summary>Anchors with what they lead to.</summary>
    public IReadOnlyList<(string Anchor, string Text)> Contents =>
    [
        .. Boards.Select(b => (b.Id, $"Leaderboard, {b.Dataset}, {b.AxisTitle}")),
        .. Report.Friends.Count > 0 ? [("friends", "FRIENDS")] : Array.Empty<(string, string)>(),
        .. ParameterMaps.Count > 0 ? [("maps", "Over two parameters")] : Array.Empty<(string, string)>(),
        .. Memberships.Count > 0 ? [("memberships", "Membership")] : Array.Empty<(string, string)>(),
        .. Report.Trials.Count > 0 ? [("searches", "Searches")] : Array.Empty<(string, string)>(),
        .. Panels.Count > 0 ? [("curves", "Curves")] : Array.Empty<(string, string)>(),
        .. Rules.Count > 0 ? [("checks", "Checks")] : Array.Empty<(string, string)>(),
        .. Report.Classes.Count > 0 ? [("classes", "Classes under poison")] : Array.Empty<(string, string)>(),
    ];

    /// <summary>What no other curve says. A grid over two parameters is a map and has no curves.</summary>
    IEnumerable<SecurityCurve> Drawn(IReadOnlyList<SecurityCurve> curves) =>
        SecurityCurve.WithoutRepeats(curves).Where(c => c.Metric != Metric.AttackSuccessRate || Report.Friends.Count == 0 || !IsMap(c));

    (string Dataset, string Model, string Poison, string Axis, string Metric) Place(SecurityCurve c) => (c.Dataset, c.Model, c.Poison,
        AxisTitle.Of(c.Axis), c.Metric);

    /// <summary>Makes a chart for each attack with a line for each defense, or, where there is only one defense, one chart with a line for
    /// each attack.</summary>
    IEnumerable<Panel> Split((string Dataset, string Model, string Poison, string Axis, string Metric) place,
        IReadOnlyList<SecurityCurve> curves, int number)
    {
        var where = string.Join(", ", new[] { place.Dataset, place.Model, place.Poison }.Where(part =>
            part != ""));
        if (curves.Select(c => c.Defense).Distinct().Count() == 1 && curves.Count > 1)
        {
            var lines = curves.Select(c => new PanelCurve(c.Attack, Attacks[c.Attack], c)).ToList();
            foreach (var panel in Parts($"{where}, {curves[0].Defense}", "attack", lines, $"p{number}")) yield return panel;
            yield break;
        }

        // Attacks taken together say most: they come first.
        foreach (var (i, attack) in curves.GroupBy(c => c.Attack).OrderBy(g => IsWorstCase(g.First()) ? 0 : 1).Index())
        {
            var lines = attack.Select(c => new PanelCurve(c.Defense, Defenses[c.Defense], c)).ToList();
            foreach (var panel in Parts($"{where}, {attack.Key}", "defense", lines, $"p{number}-{i}")) yield return panel;
        }

        IEnumerable<Panel> Parts(string title, string subject, List<PanelCurve> lines, string id)
        {
            // What others are compared with stands in every part.
            var first = lines[0];
            var parts = lines.Count <= CurveKey.Colours ? [[.. lines]] : lines.Skip(1).Chunk(CurveKey.Colours - 1).Select(part =>
                (PanelCurve[])[first, .. part]).ToList();
            for (var part = 0; part < parts.Count; part++)
            {
                var suffix = parts.Count > 1 ? $" ({part + 1} of {parts.Count})" : "";
                var certified = parts[part].Select(Certified).OfType<PanelCurve>();
                yield return new(parts.Count > 1 ? $"{id}-{part}" : id, title + suffix, subject, place.Axis, place.Metric,
                    [.. parts[part], .. certified]);
            }
        }
    }

    IEnumerable<Panel> Overlaid((string Dataset, string Model, string Poison, string Axis, string Metric) place,
        IReadOnlyList<SecurityCurve> curves, int number)
    {
        var defenses = curves.GroupBy(c => c.Defense).Where(d => d.Count() > 1).ToList();
        if (defenses.Count < 2) yield break;
        foreach (var (i, defense) in defenses.Index())
        {
            var lines = defense.Select(c => new PanelCurve(c.Attack, Attacks[c.Attack], c)).ToList();
            foreach (var (part, chunk) in lines.Chunk(CurveKey.Colours).Index())
            {
                var title = string.Join(", ",
                    new[] { place.Dataset, place.Model, place.Poison is "none" ? "" : place.Poison, defense.Key }.Where(p => p != ""));
                yield return new($"o{number}-{i}-{part}", $"{title}{(lines.Count > CurveKey.Colours ? $" ({part + 1})" : "")}", "attack",
                    place.Axis, place.Metric, chunk);
            }
        }
    }

    /// <summary>Whether the series' defense is a field of a grid over two of its parameters.</summary>
    bool IsMap(SecurityCurve curve) =>
        _series.GetValueOrDefault(LeaderboardView.NameOf(curve)) is { } series && Report.Terms.Grid(series.Target.Defense) is not null;

    bool IsWorstCase(SecurityCurve curve) => _series.GetValueOrDefault(LeaderboardView.NameOf(curve))?.Attack.Name == WorstCase.Name;

    /// <summary>The certified accuracy of the same model, which is drawn beside its accuracy under attack.</summary>
    PanelCurve? Certified(PanelCurve attacked) =>
        attacked.Curve.Metric == Metric.RobustAccuracy
            && _certified[LeaderboardView.NameOf(attacked.Curve)].FirstOrDefault() is { } curve
            ? new($"{attacked.Name}, certified", attacked.Key, curve, IsCertified: true) : null;

    /// <summary>A verdict in short: its sign, and the rule if one is broken. The checks below have the evidence.</summary>
    public static string Mark(CurveVerdict verdict) => verdict.Grade == Grade.Pass
        ? VerdictStyle.Text(Grade.Pass, unicode: true) : VerdictStyle.Text(verdict with { Evidence = "" }, unicode: true);
}
