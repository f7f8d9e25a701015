using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Report;

/// <summary>A sweep's results as one HTML page that needs nothing beside itself: no script, no font, no network.</summary>
public static class HtmlReport
{
    const int MostFailures = 200;

    public static string Write(ReportData data)
    {
        var html = new Html();
        html.Add($"<!DOCTYPE html>")
            .Add($"<html lang=\"en\">")
            .Add($"<head>")
            .Add($"<meta charset=\"utf-8\">")
            .Add($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Add($"<meta name=\"color-scheme\" content=\"light dark\">")
            .Add($"<title>{data.Name} - Grid</title>")
            .Add($"<style>{new Raw(ReportStyle.Css)}</style>")
            .Add($"</head>")
            .Add($"<body>")
            .Add($"<main>");
        Head(html, data);
        Failures(html, data.Failures);
        Checks(html, data.Curves);
        Friends(html, data.Friends);
        Curves(html, data.Curves, data.Axis);
        ClassesHtml.Write(html, data.Classes);
        Origin(html, data);
        return html.Add($"</main>").Add($"</body>").Add($"</html>").ToString();
    }

    static void Head(Html html, ReportData data)
    {
        var counts = data.Counts;
        html.Add($"<header>").Add($"<h1>{data.Name}</h1>").Add($"<p class=\"counts\">");
        html.Add($"<span><b>{counts.Done}</b> of {counts.Cells} cells done</span>")
            .AddIf(counts.Failed > 0, $"<span class=\"fail\"><b>{counts.Failed}</b> failed</span>")
            .AddIf(counts.Open > 0, $"<span class=\"warn\"><b>{counts.Open}</b> not run yet</span>");
        html.Add($"</p>").Add($"<p class=\"faint\">Grid {data.Version}, plan <code>{data.PlanHash}</code>, written {data.Generated}</p>").Add($"</header>");
    }

    static void Failures(Html html, IReadOnlyList<ReportFailure> failures)
    {
        if (failures.Count == 0) return;
        html.Add($"<section>").Add($"<h2>Failed cells</h2>").Add($"<div class=\"wide\"><table>")
            .Add($"<caption>Cells without a result, and why</caption>")
            .Head("cell", "error").Add($"<tbody>");
        foreach (var failure in failures.Take(MostFailures)) html.Add($"<tr><th scope=\"row\"><code>{failure.Cell}</code></th><td>{failure.Error}</td></tr>");
        html.Add($"</tbody></table></div>")
            .AddIf(failures.Count > MostFailures, $"<p class=\"faint\">and {failures.Count - MostFailures} more in cells.csv</p>")
            .Add($"</section>");
    }

    static void Checks(Html html, IReadOnlyList<SecurityCurve> curves)
    {
        var bad = curves.Where(c => VerdictStyle.Kind(c.Check) is "warn" or "fail").ToList();
        var passed = curves.Count(c => VerdictStyle.Kind(c.Check) == "pass");
        if (bad.Count + passed == 0) return;
        html.Add($"<section>").Add($"<h2>Checks</h2>").Add($"<p>{passed} of {bad.Count + passed} curves pass.</p>");
        if (bad.Count > 0)
        {
            html.Add($"<ul class=\"checks\">");
            foreach (var curve in bad)
                html.Add($"<li>{Mark(curve.Check)} {curve.Dataset}, {curve.Model}, {curve.Attack}, {curve.Defense}</li>");
            html.Add($"</ul>");
        }
        html.Add($"</section>");
    }

    static void Friends(Html html, IReadOnlyList<FriendsRow> rows)
    {
        if (rows.Count == 0) return;
        html.Add($"<section>").Add($"<h2>FRIENDS</h2>")
            .Add($"<p>Share of trials in which the attack succeeds, over noise_std and clip_threshold. The control is the same trials without")
            .Add($"poison; the excess is the rate minus the control, in percentage points. Intervals are 95 %.</p>");
        var top = FriendsGrid.Top(rows);
        foreach (var grid in FriendsGrid.Of(rows)) FriendsHtml.Write(html, grid, top);
        html.Add($"</section>");
    }

    static void Curves(Html html, IReadOnlyList<SecurityCurve> curves, Func<string, string> axis)
    {
        if (curves.Count == 0) return;
        html.Add($"<section>").Add($"<h2>Security evaluation curves</h2>")
            .Add($"<p>Each point is a mean over seeds with its 95 % interval. Point at a marker to read it.</p>");
        foreach (var panel in CurvePanel.Of(curves, axis))
        {
            html.Add($"<figure>").Add($"<figcaption>{panel.Title}</figcaption>");
            CurveSvg.Write(html, panel);
            CurveHtml.Write(html, panel);
            html.Add($"</figure>");
        }
        html.Add($"</section>");
    }

    static void Origin(Html html, ReportData data)
    {
        html.Add($"<section>").Add($"<h2>Origin</h2>");
        if (data.Provenance.Count > 0)
        {
            html.Add($"<div class=\"wide\"><table>").Add($"<caption>Where and with what the cells were computed</caption>")
                .Head("version", "device", "instructions", "commit", "host").Add($"<tbody>");
            foreach (var p in data.Provenance)
                html.Add($"<tr><td>{p.Version}</td><td>{p.Device}</td><td>{p.InstructionSet}</td>")
                    .Add($"<td><code>{p.Commit}</code></td><td>{p.Host}</td></tr>");
            html.Add($"</tbody></table></div>");
        }
        html.Add($"<details>").Add($"<summary>The sweep file</summary>").Add($"<pre><code>{data.Spec}</code></pre>").Add($"</details>").Add($"</section>");
    }

    /// <summary>A verdict as a coloured word with its sign.</summary>
    internal static Raw Mark(string check) =>
        check == "" ? default : Html.Of($"<span class=\"{VerdictStyle.Kind(check)}\">{VerdictStyle.Text(check, true)}</span>");
}
