using Grid.Local.Drawing;
using Grid.Sweeps.Curves;

namespace Grid.Local.Report;

/// <summary>The numbers of a panel of curves, which serve as its legend too.</summary>
static class CurveHtml
{
    public static void Write(Html html, CurvePanel panel)
    {
        var (strengths, scale) = (panel.Strengths, panel.Scale);
        var shown = Fit.Spread(strengths.Count, 4).Select(i => strengths[i]).ToList();
        Table(html, panel, scale, shown, $"{panel.Quantity} by strength", "legend");
        if (strengths.Count <= shown.Count && panel.Curves.All(c => c.Points.All(p => p.Seeds == p.Total))) return;

        html.Add($"<details><summary>All numbers</summary><div class=\"wide\"><table class=\"numbers\">")
            .Add($"<caption>{panel.Quantity}: {panel.Title}</caption>")
            .Add($"<thead><tr><th scope=\"col\">defense</th><th scope=\"col\">strength</th><th scope=\"col\">mean</th><th scope=\"col\">95 % interval</th><th scope=\"col\">samples</th><th scope=\"col\">seeds</th></tr></thead>")
            .Add($"<tbody>");
        foreach (var curve in panel.Curves)
            foreach (var p in curve.Points)
                html.Add($"<tr><th scope=\"row\">{curve.Defense}</th><td>{Figures.Number(p.Strength)}</td><td>{scale.Text(p.Mean)}</td><td>{Interval(p, scale)}</td><td>{p.Count:N0}</td><td>{p.Seeds} of {p.Total}</td></tr>");
        html.Add($"</tbody></table></div></details>");
    }

    static void Table(Html html, CurvePanel panel, CurveScale scale, IReadOnlyList<double> strengths, string caption, string kind)
    {
        var checks = panel.Curves.Any(c => c.Check != "");
        html.Add($"<div class=\"wide\"><table class=\"{kind}\">").Add($"<caption>{caption}, with 95 % intervals</caption>")
            .Add($"<thead><tr><th scope=\"col\">defense</th>{Html.Join(strengths.Select(s => Html.Of($"<th scope=\"col\">{Figures.Number(s)}</th>")))}{new Raw(checks ? "<th scope=\"col\">check</th>" : "")}</tr></thead>")
            .Add($"<tbody>");
        for (var i = 0; i < panel.Curves.Count; i++)
        {
            var curve = panel.Curves[i];
            html.Add($"<tr><th scope=\"row\">{CurveSvg.Key(i)} {curve.Defense}</th>");
            foreach (var strength in strengths)
            {
                var p = curve.Points.FirstOrDefault(p => p.Strength == strength);
                html.Add($"<td>{(p is null ? "" : scale.Text(p.Mean))} <small>{(p is null ? "" : Interval(p, scale))}</small></td>");
            }
            html.AddIf(checks, $"<td>{HtmlReport.Mark(curve.Check)}</td>").Add($"</tr>");
        }
        html.Add($"</tbody></table></div>");
    }

    static string Interval(CurvePoint p, CurveScale scale) => double.IsNaN(p.Low) || double.IsNaN(p.High) ? ""
        : scale.Share ? Figures.Interval(p.Low, p.High) : $"[{Figures.Number(p.Low)}, {Figures.Number(p.High)}]";
}
