using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;

namespace Grid.Presentation.Report;

/// <summary>The numbers of a panel of curves, which serve as its legend too.</summary>
static class CurveHtml
{
    public static void Write(Html html, CurvePanel panel)
    {
        var (strengths, scale) = (panel.Strengths, panel.Scale);
        var shown = TextFit.Spread(strengths.Count, 4).Select(i => strengths[i]).ToList();
        Table(html, panel, scale, shown, $"{panel.Quantity} by {panel.Axis}");
        if (strengths.Count <= shown.Count && panel.Curves.All(c => c.Points.All(p => p.Seeds == p.Total))) return;

        html.Add($"<details><summary>All numbers</summary><div class=\"wide\"><table class=\"numbers\">")
            .Add($"<caption>{panel.Quantity}: {panel.Title}</caption>")
            .Head("defense", panel.Axis, "mean", "95 % interval", "samples", "seeds").Add($"<tbody>");
        foreach (var curve in panel.Curves)
            foreach (var p in curve.Points)
                html.Add($"<tr><th scope=\"row\">{curve.Defense}</th><td>{NumberText.Number(p.Strength)}</td><td>{scale.Text(p.Mean)}</td>")
                    .Add($"<td>{scale.Interval(p)}</td><td>{p.Count:N0}</td><td>{p.Seeds} of {p.Total}</td></tr>");
        html.Add($"</tbody></table></div></details>");
    }

    static void Table(Html html, CurvePanel panel, CurveScale scale, IReadOnlyList<double> strengths, string caption)
    {
        var checks = panel.Curves.Any(c => c.Check != "");
        html.Add($"<div class=\"wide\"><table class=\"legend\">").Add($"<caption>{caption}, with 95 % intervals</caption>")
            .Head(["defense", .. strengths.Select(NumberText.Number), .. checks ? ["check"] : Array.Empty<string>()]).Add($"<tbody>");
        for (var i = 0; i < panel.Curves.Count; i++)
        {
            var curve = panel.Curves[i];
            html.Add($"<tr><th scope=\"row\">{CurveSvg.Key(i)} {curve.Defense}</th>");
            foreach (var strength in strengths)
            {
                var p = curve.Points.FirstOrDefault(p => p.Strength == strength);
                html.Add($"<td>{(p is null ? "" : scale.Text(p.Mean))} <small>{(p is null ? "" : scale.Interval(p))}</small></td>");
            }
            html.AddIf(checks, $"<td>{HtmlReport.Mark(curve.Check)}</td>").Add($"</tr>");
        }
        html.Add($"</tbody></table></div>");
    }
}
