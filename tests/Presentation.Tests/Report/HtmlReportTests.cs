using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grid.Presentation.Report;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Tests.Report;

public partial class HtmlReportTests
{
    static readonly ReportData Full = new(
        "mnist <script>alert(1)</script>", "name: x\n# </pre><script>alert(2)</script> & \"quotes\"\n", "3f9a", "0.1.0", new(130, 120, 2),
        [.. Samples.Curves(), .. Samples.Curves("pgd(<b>)", 1.4)], Samples.Published, [new("mnist.cnn.pgd", "loss is <NaN> at step 40")],
        [new("0.1.0", "cpu", "AVX-512", "02c6d78", "host")], "2026-11-20 10:00 UTC");

    static readonly ReportData Empty = Full with { Curves = [], Friends = [], Failures = [], Provenance = [] };

    [Fact]
    public void Every_tag_is_closed_and_every_attack_has_a_chart()
    {
        var page = Parse(HtmlReport.Write(Full));

        Assert.Equal(2, page.Descendants("figure").Count(f => f.Descendants("svg").Any(s => s.Attribute("role") is not null)));
        Assert.Equal("html", page.Root!.Name.LocalName);
    }

    [Fact]
    public void Nothing_from_outside_is_markup_and_nothing_is_loaded()
    {
        var html = HtmlReport.Write(Full);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>)", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(External(), html);
        Assert.Contains("# </pre><script>alert(2)</script> & \"quotes\"", Parse(html).Descendants("pre").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_named_and_tables_have_captions()
    {
        var page = Parse(HtmlReport.Write(Full with { Friends = [.. Samples.Published, .. Samples.Square(20).Select(r => r with { Defense = "friends(x)" })] }));

        Assert.All(page.Descendants("svg"), s => Assert.True(s.Attribute("aria-hidden") is not null || s.Attribute("aria-label") is { Value.Length: > 0 }));
        Assert.All(page.Descendants("table"), t => Assert.NotEmpty(t.Elements("caption")));
        Assert.Equal(400, page.Descendants("rect").Count());
    }

    [Fact]
    public void The_grid_is_shaded_and_every_number_stands_in_the_tables()
    {
        var page = Parse(HtmlReport.Write(Full));
        var field = page.Descendants("td").Single(t => t.Value.Contains("16.5 %", StringComparison.Ordinal) && t.Attribute("style") is not null);

        Assert.Contains("background:#", field.Attribute("style")!.Value, StringComparison.Ordinal);
        foreach (var part in new[] { "[11.6, 22.4]", "control 15.9 %", "excess +0.6 [-1.0, 2.2]" }) Assert.Contains(part, field.Value, StringComparison.Ordinal);
        Assert.Equal(6, page.Descendants("td").Count(t => (string?)t.Attribute("class") == "none"));
        Assert.Equal(6 * 13, page.Descendants("table").Where(t => (string?)t.Attribute("class") == "numbers").Skip(1).Sum(t => t.Element("tbody")!.Elements("tr").Count()));
    }

    [Fact]
    public void Classes_under_poison_stand_beside_the_clean_ones()
    {
        ImmutableArray<ImmutableArray<int>> clean = [[7, 1], [0, 8]];
        var poisoned = new PoisonedClasses(new("digits", "cnn", "", "label-flip <b>", "none"), 0.3, 2, [[8, 0], [5, 3]], clean);
        var page = Parse(HtmlReport.Write(Empty with { Classes = [poisoned] }));

        var matrices = page.Descendants("table").Where(t => (string?)t.Attribute("class") == "heat matrix").ToList();
        Assert.Equal(["7 1 0 8", "8 0 5 3"], matrices.Select(m => string.Join(' ', m.Descendants("td").Select(d => d.Value))));
        Assert.Contains("37.5 %", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("1 dog <b>", Parse(HtmlReport.Write(Empty with { Classes = [poisoned with { ClassNames = ["cat", "dog <b>"] }] })).Root!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(Parse(HtmlReport.Write(Empty)).Descendants("h2"), h => h.Value.StartsWith("Classes", StringComparison.Ordinal));
    }

    [Fact]
    public void The_axis_of_strengths_has_its_unit()
    {
        var page = Parse(HtmlReport.Write(Full with { Axis = attack => $"epsilon of {attack}" }));
        Assert.Contains(page.Descendants("text"), t => t.Value == "epsilon of pgd(<b>)");
    }

    [Fact]
    public void Verdicts_are_words_not_only_colours()
    {
        var text = Parse(HtmlReport.Write(Full)).Root!.Value;

        Assert.Contains("2 of 6 curves pass.", text, StringComparison.Ordinal);
        Assert.Contains("✗ fail 1", text, StringComparison.Ordinal);
        Assert.Contains("8 not run yet", text, StringComparison.Ordinal);
        Assert.Contains("loss is <NaN> at step 40", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_splits_the_line_and_leaves_no_nan_in_a_path()
    {
        var curve = Samples.Curve("fgsm", "none", "", 0.98, 0.1);
        var gap = curve with { Points = [.. curve.Points.Select((p, i) => i == 6 ? p with { Mean = double.NaN, Low = double.NaN, High = double.NaN } : p)] };
        var page = Parse(HtmlReport.Write(Empty with { Curves = [gap] }));
        var paths = page.Descendants("path").ToList();

        Assert.All(paths, p => Assert.DoesNotContain("NaN", (string)p.Attribute("d")!, StringComparison.Ordinal));
        Assert.Equal(2, page.Descendants("svg").First().Elements("path").Count(p => (string)p.Attribute("class")! == "line c0"));
        Assert.Equal(12, paths.Count(p => p.Element("title") is not null));
    }

    [Fact]
    public void Points_lie_where_their_values_put_them()
    {
        var curve = Samples.Curve("fgsm", "none", "", 1, 0.1) with { Points = [new(0, 1, 1, 1, 1, 1, 1), new(2, 1, 0, 0, 0, 1, 1)] };
        var page = Parse(HtmlReport.Write(Empty with { Curves = [curve] }));
        var line = page.Descendants("path").First(p => (string)p.Attribute("class")! == "line c0");

        Assert.Equal("M74 14L714 314", (string)line.Attribute("d")!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Empty_single_and_unknown_curves_make_a_page(int kind)
    {
        var curve = Samples.Curve("fgsm", "none", "", 0.98, 0.1);
        IReadOnlyList<CurvePoint> points = kind switch
        {
            0 => [],
            1 => [curve.Points[3]],
            _ => [.. curve.Points.Select(p => p with { Mean = double.NaN, Low = double.NaN, High = double.NaN, Seeds = 0 })],
        };
        var page = Parse(HtmlReport.Write(Empty with { Curves = [curve with { Points = points }] }));

        Assert.Equal(kind != 1, page.Root!.Value.Contains("No point of these curves is done yet.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hundred_by_a_hundred_stays_below_two_megabytes()
    {
        var html = HtmlReport.Write(Empty with { Friends = Samples.Square(100) });

        Assert.InRange(html.Length, 100_000, 2_000_000);
        Assert.Contains("10,000 fields", html, StringComparison.Ordinal);
    }

    /// <summary>The page as XML, which it is once the void elements are closed: a stray or missing tag throws.</summary>
    static XDocument Parse(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
        return XDocument.Parse(Void().Replace(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Trim(), "<$1/>"));
    }

    [GeneratedRegex("<((?:meta|br)[^>]*)>")]
    private static partial Regex Void();

    [GeneratedRegex("(?i)(src|href|url|@import)\\s*[=(]")]
    private static partial Regex External();
}
