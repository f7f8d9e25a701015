using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Curves;
using Grid.Web.Rendering;

namespace Grid.Web.Figures;

/// <summary>One FRIENDS grid: a shaded table up to twelve by twelve, a picture above that, and all numbers below either.</summary>
public static class FriendsFigure
{
    const int Numbers = 12;

    /// <summary>More rows than this make a page that phones choke on, and nobody reads them there.</summary>
    const int MostRows = 2500;

    /// <param name="top">Rate at which the shades end, see <see cref="FriendsGrid.Top"/>.</param>
    public static string Draw(FriendsGrid grid, double top)
    {
        var html = new Html();
        html.Add($"<figure>").Add($"<figcaption>{grid.Title}</figcaption>");
        if (Math.Max(grid.NoiseStds.Count, grid.ClipThresholds.Count) <= Numbers) Shaded(html, grid, top);
        else Picture(html, grid, top);
        Scale(html, top);
        All(html, grid);
        return html.Add($"</figure>").ToString();
    }

    static void Shaded(Html html, FriendsGrid grid, double top)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{grid.Title}\"><table class=\"heat\">")
            .Add($"<caption>Attack success rate by noise_std (rows) and clip_threshold (columns)</caption>")
            .Head([@"noise_std \ clip_threshold", .. grid.ClipThresholds.Select(NumberText.Number)]).Add($"<tbody>");
        for (var noise = 0; noise < grid.NoiseStds.Count; noise++)
        {
            html.Add($"<tr><th scope=\"row\">{NumberText.Number(grid.NoiseStds[noise])}</th>");
            for (var clip = 0; clip < grid.ClipThresholds.Count; clip++) Field(html, grid[noise, clip], top);
            html.Add($"</tr>");
        }
        html.Add($"</tbody></table></div>");
    }

    static void Field(Html html, FriendsRow? row, double top)
    {
        if (row is null)
        {
            html.Add($"<td class=\"none\"></td>");
            return;
        }
        html.Add($"<td class=\"{Shades.Class(row.SuccessRate / top)}\">")
            .Add($"<b>{NumberText.Percent(row.SuccessRate)}</b> {NumberText.Interval(row.Low, row.High)}<br>")
            .Add($"control {NumberText.Percent(row.ControlRate)}<br>")
            .Add($"excess {NumberText.Signed(row.ExcessRate)} {NumberText.Interval(row.ExcessLow, row.ExcessHigh)}</td>");
    }

    static void Picture(Html html, FriendsGrid grid, double top)
    {
        const int Left = 62, Bottom = 44, Side = 600;
        var (columns, rows) = (grid.ClipThresholds.Count, grid.NoiseStds.Count);
        var side = Math.Min(24.0, (double)Side / Math.Max(columns, rows));
        var (width, height) = (columns * side, rows * side);
        var label = $"Heat map of attack success rate by noise_std and clip_threshold, {Range(grid)}";
        var (full, tall) = (Left + width + 10, height + Bottom + 10);
        html.Add($"<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {full:0.#} {tall:0.#}\" class=\"map\">")
            .Add($"<g shape-rendering=\"crispEdges\">");
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                if (grid[i, j] is not { } row || !double.IsFinite(row.SuccessRate)) continue;
                var title = $"({NumberText.Number(row.NoiseStd)}, {NumberText.Number(row.ClipThreshold)}): {NumberText.Percent(row.SuccessRate)}";
                html.Add($"<rect x=\"{Left + j * side:0.##}\" y=\"{8 + i * side:0.##}\" width=\"{side:0.##}\" height=\"{side:0.##}\"")
                    .Add($"fill=\"#{Ramp.At(row.SuccessRate / top).ToHex()}\"><title>{title}</title></rect>");
            }
        }
        html.Add($"</g>");
        foreach (var i in TextFit.Spread(rows, 11))
            html.Add($"<text x=\"{Left - 6}\" y=\"{8 + (i + 0.5) * side + 4:0.#}\" text-anchor=\"end\">{NumberText.Number(grid.NoiseStds[i])}</text>");
        foreach (var (j, text) in TextFit.Spread(columns, 11).Select(j => (j, NumberText.Number(grid.ClipThresholds[j]))))
            html.Add($"<text x=\"{Left + (j + 0.5) * side:0.#}\" y=\"{height + 24:0.#}\" text-anchor=\"middle\">{text}</text>");
        html.Add($"<text x=\"{Left + width / 2:0.#}\" y=\"{height + 44:0.#}\" text-anchor=\"middle\">clip_threshold</text>")
            .Add($"<text transform=\"translate(14 {8 + height / 2:0.#}) rotate(-90)\" text-anchor=\"middle\">noise_std</text>")
            .Add($"</svg>");
    }

    static string Range(FriendsGrid grid)
    {
        var rates = grid.Rows.Select(r => r.SuccessRate).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList();
        return $"{NumberText.Percent(rates.Min())} to {NumberText.Percent(rates.Max())}";
    }

    static void Scale(Html html, double top) =>
        html.Add($"<p class=\"scale\">0 % <span class=\"ramp\"></span> {NumberText.Percent(top)} success rate</p>");

    static void All(Html html, FriendsGrid grid)
    {
        if (grid.Rows.Count() is > MostRows and var count)
        {
            html.Add($"<p class=\"faint\">The {count:N0} fields with intervals, control and excess are in friends.csv.</p>");
            return;
        }
        html.Add($"<details><summary>All numbers</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"All numbers\"><table class=\"numbers\">")
            .Add($"<caption>Attack success by noise_std and clip_threshold: {grid.Title}</caption>")
            .Head("noise_std", "clip_threshold", "trials", "successes", "rate", "95 % interval", "control", "excess", "95 % interval", "mean error")
            .Add($"<tbody>");
        foreach (var r in grid.Rows.OrderBy(r => r.NoiseStd).ThenBy(r => r.ClipThreshold))
            html.Add($"<tr><td>{NumberText.Number(r.NoiseStd)}</td><td>{NumberText.Number(r.ClipThreshold)}</td><td>{r.Trials:N0}</td><td>{r.Successes:N0}</td>")
                .Add($"<td>{NumberText.Percent(r.SuccessRate)}</td><td>{NumberText.Interval(r.Low, r.High)}</td><td>{NumberText.Percent(r.ControlRate)}</td>")
                .Add($"<td>{NumberText.Signed(r.ExcessRate)}</td><td>{NumberText.Interval(r.ExcessLow, r.ExcessHigh)}</td><td>{NumberText.Number(r.MeanAbsError)}</td></tr>");
        html.Add($"</tbody></table></div></details>");
    }
}
