using Grid.Presentation.Terminal;
using Grid.Web.Rendering;

namespace Grid.Web.Figures;

/// <summary>Draws a heat map: a shaded table up to twelve by twelve, a picture if it is larger, and all numbers below.</summary>
public static class MapFigure
{
    const int Numbers = 12;

    /// <summary>The largest number of rows of numbers: more would make a page that is too large for phones.</summary>
    const int MostRows = 400;

    /// <param name="more">Name of the file with the numbers that do not fit.</param>
    public static string Draw(GridMap map, string more = "curves.csv")
    {
        var html = new Html();
        html.Add($"<figure id=\"{map.Id}\">").Add($"<figcaption>{map.Title}</figcaption>");
        if (Math.Max(map.Rows.Count, map.Columns.Count) <= Numbers) Shaded(html, map);
        else html.Add($"{new RawHtml(MapPicture.Draw(map))}");
        html.Add($"<p class=\"scale\">0 <span class=\"ramp\"></span> {map.Text(map.Top)} {map.Quantity}</p>");
        All(html, map, more);
        return html.Add($"</figure>").ToString();
    }

    static void Shaded(Html html, GridMap map)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{map.Title}\"><table class=\"heat\">")
            .Add($"<caption>{map.Quantity} by {map.Row} (rows) and {map.Column} (columns)</caption>")
            .Head([$@"{map.Row} \ {map.Column}", .. map.Columns.Select(NumberText.Number)]).Add($"<tbody>");
        for (var row = 0; row < map.Rows.Count; row++)
        {
            html.Add($"<tr><th scope=\"row\">{NumberText.Number(map.Rows[row])}</th>");
            for (var column = 0; column < map.Columns.Count; column++) Field(html, map, map[row, column]);
            html.Add($"</tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    static void Field(Html html, GridMap map, GridField? field)
    {
        if (field is null)
        {
            html.Add($"<td class=\"none\"></td>");
            return;
        }

        html.Add($"<td class=\"{ShadeClasses.Class(field.Value / map.Top)}\">")
            .Add($"<b>{map.Text(field.Value)}</b> {map.Interval(field.Low, field.High)}<br>")
            .Add($"control {map.Text(field.Control)}<br>")
            .Add($"excess {map.Signed(field.Excess)} {map.Interval(field.ExcessLow, field.ExcessHigh)}</td>");
    }

    static void All(Html html, GridMap map, string more)
    {
        if (map.Fields.Count > MostRows)
        {
            html.Add($"<p class=\"faint\">The {map.Fields.Count:N0} fields with intervals, control and excess are in {more}.</p>");
            return;
        }

        html.Add($"<details><summary>All numbers</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"All numbers\">")
            .Add($"<table class=\"numbers\">")
            .Add($"<caption>{map.Quantity} by {map.Row} and {map.Column}: {map.Title}</caption>")
            .Head(map.Row, map.Column, "samples", "value", "95 % interval", "control", "excess", "95 % interval").Add($"<tbody>");
        foreach (var ((row, column), f) in map.Fields.OrderBy(f => f.Key))
            html.Add($"<tr><td>{NumberText.Number(row)}</td><td>{NumberText.Number(column)}</td><td>{f.Count:N0}</td>")
                .Add($"<td>{map.Text(f.Value)}</td><td>{map.Interval(f.Low, f.High)}</td><td>{map.Text(f.Control)}</td>")
                .Add($"<td>{map.Signed(f.Excess)}</td><td>{map.Interval(f.ExcessLow, f.ExcessHigh)}</td></tr>");
        html.Add($"</tbody></table></div></details>");
    }
}
