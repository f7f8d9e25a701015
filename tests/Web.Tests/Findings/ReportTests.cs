using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grid.Web.Figures;
using Grid.Web.Findings;

namespace Grid.Web.Tests.Findings;

public sealed partial class ReportTests
{
    [Fact]
    public void Every_tag_is_closed_and_nothing_from_outside_is_markup()
    {
        var html = ReportFile.Text(Samples.Report(title: "a <script>alert(1)</script>"), TimeProvider.System);
        var page = Parse(html);

        Assert.Equal("html", page.Root!.Name.LocalName);
        Assert.Single(page.Descendants("script"));
        Assert.Contains("# </pre><script>alert(2)</script> & \"quotes\"", page.Descendants("pre").Last().Value, StringComparison.Ordinal);
        Assert.Equal("a <script>alert(1)</script>", page.Descendants("h1").Single().Value);
    }

    [Fact]
    public void Pictures_are_named_and_tables_have_captions()
    {
        var page = Parse(ReportFile.Text(Samples.Report(), TimeProvider.System));

        Assert.All(page.Descendants("svg"), s => Assert.True(s.Attribute("aria-hidden") is not null
            || s.Attribute("aria-label") is { Value.Length: > 0 }));
        Assert.All(page.Descendants("table"), t => Assert.NotEmpty(t.Elements("caption")));
    }

    [Fact]
    public void A_defense_has_one_colour_and_marker_wherever_it_is_drawn()
    {
        var page = Parse(ReportFile.Text(Samples.Report(attacks: 4, defenses: 20), TimeProvider.System));
        var looks =
            from curve in page.Descendants("g")
            where curve.Attribute("data-name") is not null && IsOfDefenses(curve)
            group (string)curve.Attribute("marker-mid")! by (string)curve.Attribute("data-name")!;

        Assert.Equal(20, looks.Count());
        Assert.All(looks, defense => Assert.Single(defense.Distinct()));
        Assert.Equal(20, looks.Select(l => l.First()).Distinct().Count());
    }

    // Where all attacks on one defense share a chart, curves are told apart by attack.
    static bool IsOfDefenses(XElement curve) => !((string)curve.Ancestors("figure").First().Attribute("id")!).StartsWith('o');

    [Fact]
    public void Attacks_are_drawn_apart_and_on_each_defense_together()
    {
        var study = new Study(Samples.Report(attacks: 3, defenses: 2));

        Assert.Equal(["fgsm", "pgd(steps=10)", "pgd(steps=20)", "worst-case"], study.Overlays[0].Curves.Select(c => c.Name));
        Assert.Equal(study.Panels.SelectMany(p => p.Curves).Select(c => c.Curve).ToHashSet(),
            study.Overlays.SelectMany(p => p.Curves).Select(c =>
            c.Curve).ToHashSet());
        Assert.Equal(4, study.Overlays.SelectMany(p => p.Curves).Select(c => c.Key).Distinct().Count());
    }

    [Fact]
    public void What_others_are_compared_with_stands_in_every_part_of_a_split_chart()
    {
        var study = new Study(Samples.Report(attacks: 1, defenses: 20));

        Assert.Equal(3, study.Panels.Count);
        Assert.All(study.Panels, p => Assert.Equal("none", p.Curves[0].Name));
        Assert.Equal(20, study.Panels.SelectMany(p => p.Curves).Select(c => c.Name).Distinct().Count());
    }

    [Fact]
    public void Several_attacks_on_one_defense_share_a_chart()
    {
        var panel = Assert.Single(new Study(Samples.Report(attacks: 4, defenses: 1)).Panels);

        Assert.Equal("attack", panel.Subject);
        Assert.Equal(["fgsm", "pgd(steps=10)", "pgd(steps=20)", "pgd(steps=30)", "worst-case"], panel.Curves.Select(c => c.Name));
    }

    [Fact]
    public void The_worst_case_has_the_axis_of_its_attacks() =>
        Assert.All(new Study(Samples.Report()).Panels, p => Assert.Equal("epsilon (Linf)", p.Axis));

    [Fact]
    public void The_leaderboard_counts_what_stands_in_the_results()
    {
        var board = Assert.Single(new Study(Samples.Report()).Boards);

        Assert.Equal(["adversarial-training(epsilon=0.01)", "adversarial-training(epsilon=0.005)", "none"], board.Entries.Select(e =>
            e.Name.Defense));
        Assert.All(board.Entries, e =>
        {
            Assert.Equal(0.97, e.Clean, 1e-12);
            Assert.Equal(2, e.Attacks);
            // Both attacks took their passes.
            Assert.Equal(30, e.Forwards);
            Assert.InRange(e.Summary!.EpsilonAtHalf.Value, 0.06, 0.2);
        });
        Assert.Equal(0.4, board.Strengths[^1]);
        Assert.True(Accuracy(0) > Accuracy(1) && Accuracy(1) > Accuracy(2));

        double Accuracy(int place) => LeaderboardView.Accuracy(board.Entries[place].Worst, board.At);
    }

    [Fact]
    public void A_curve_is_counted_once_a_rule_whatever_its_metrics()
    {
        var study = new Study(Samples.Report());
        var curves = study.Report.Curves.Select(LeaderboardView.NameOf).Distinct().Count();

        Assert.NotEmpty(study.Rules);
        Assert.All(study.Rules, r => Assert.InRange(r.Broken.Count + r.Passed, 1, curves));
        Assert.All(study.Rules, r => Assert.NotNull(r.Guide));
    }

    [Fact]
    public void A_gap_splits_the_line()
    {
        var report = Samples.Report(attacks: 1, defenses: 1, seeds: 1);
        var curve = report.Curves.First(c => c.Metric == "robust_accuracy");
        var gap = curve with { Points = [.. curve.Points.Select((p, i) => i == 2 ? p with { Mean = double.NaN } : p)] };
        var drawn = XDocument.Parse(CurveChart.Standalone(new("p", "t", "defense", "x", "robust_accuracy", [new("none", CurveKey.Of(0),
            gap)])));
        var line = (string)drawn.Descendants().Single(e => (string?)e.Attribute("class") == "line").Attribute("d")!;

        Assert.Equal(2, line.Count(c => c == 'M'));
        Assert.DoesNotContain("NaN", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_lie_where_their_values_put_them()
    {
        var curve = Samples.Report(attacks: 1, defenses: 1).Curves[0] with
        {
            Points = [new(0, 1, 1, 1, 1, 1, 1), new(2, 1, 0, 0, 0, 1,
            1)]
        };
        var drawn = XDocument.Parse(CurveChart.Standalone(new("p", "t", "defense", "x", "robust_accuracy", [new("none", CurveKey.Of(0),
            curve)])));

        Assert.Contains(drawn.Descendants(), e => (string?)e.Attribute("d") == "M74 14L714 314");
    }

    [Fact]
    public void A_sweep_without_a_result_makes_a_page()
    {
        var text = Parse(ReportFile.Text(Samples.Report(settle: _ => false), TimeProvider.System)).Root!.Value;
        Assert.Contains("72 not run yet", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, 20, 5)]
    [InlineData(50, 20, 61)]
    public void A_thousand_curves_stay_below_two_megabytes_and_are_all_named(int attacks, int defenses, int strengths)
    {
        var report = Samples.Report(attacks, defenses, strengths, seeds: 1);
        var html = ReportFile.Text(report, TimeProvider.System);
        var page = Parse(html);

        Assert.InRange(html.Length, 500_000, 2_000_000);
        var index = page.Descendants("details").Single(d => (string?)d.Attribute("class") == "index");
        Assert.Equal(new Study(report).Panels.Count, index.Descendants("li").Count());
        Assert.Equal(20, page.Descendants("section").Single(s => (string?)s.Attribute("id") == "board0").Descendants("tbody").Single()
            .Elements().Count());
    }

    /// <summary>The page as XML, which it is once the void elements are closed: a stray or missing tag throws.</summary>
    static XDocument Parse(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
        var text = Raw().Replace(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Trim(), m =>
            $"<{m.Groups[1]}{m.Groups[2]}></{m.Groups[1]}>");
        return XDocument.Parse(Flags().Replace(Void().Replace(text, "<$1/>"), "$1=\"\"$2"));
    }

    [GeneratedRegex("<((?:meta|br|input)[^>/]*)/?>")]
    private static partial Regex Void();

    [GeneratedRegex("<(script|style)([^>]*)>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Raw();

    [GeneratedRegex("( (?:data-live|open|hidden))( |>)")]
    private static partial Regex Flags();
}
