using System.Globalization;
using System.Text;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Curves;
using Grid.Web.Rendering;

namespace Grid.Web.Figures;

/// <summary>
/// Draws a panel as a line chart, with a marker at every point, whiskers for intervals, and gaps where a point is not done. The chart holds
/// its numbers, from which the script draws it again when it is zoomed.
/// </summary>
public static class CurveChart
{
    const double Left = 74, Top = 14, Width = 640, Height = 300;

    const double Full = Left + Width + 20, Tall = Top + Height + 48;

    /// <summary>The chart for a page, which has the style and <see cref="Markers"/>.</summary>
    public static string Draw(Panel panel) => Draw(panel, "class=\"chart\"", "");

    /// <summary>The chart as a file of its own, for light paper.</summary>
    public static string Standalone(Panel panel) => Draw(
        panel,
        $"xmlns=\"http://www.w3.org/2000/svg\" width=\"{Full.ToString(CultureInfo.InvariantCulture)}\" "
            + $"height=\"{Tall.ToString(CultureInfo.InvariantCulture)}\"",
        $"<style>{ChartStyle.Light}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>{Defs(panel.Curves.Select(c => c.Key))}");

    /// <summary>The markers that charts of a page share.</summary>
    public static string Markers(IEnumerable<CurveKey> keys) =>
        $"<svg class=\"defs\" aria-hidden=\"true\" width=\"0\" height=\"0\">{Defs(keys)}</svg>";

    /// <summary>A line and its marker, for a legend.</summary>
    public static string Sample(PanelCurve curve) => Sample(curve.Key, Dash(curve));

    /// <inheritdoc cref="Sample(PanelCurve)"/>
    public static string Sample(CurveKey key, string dash = "")
    {
        var (html, colour, marker) = (new StringBuilder(), key.Colour, new RawHtml(Shapes[key.Marker]));
        Add(html, $"<svg class=\"key\" aria-hidden=\"true\" viewBox=\"0 0 30 14\"><path class=\"line c{colour}{dash}\" d=\"M1 7H29\"/>");
        Add(html, $"<path class=\"dot c{colour}\" d=\"M15 7{marker}\"/></svg>");
        return html.ToString();
    }

    static string Draw(Panel panel, string attributes, string within)
    {
        var scale = panel.Scale;
        var html = new StringBuilder();
        var label = $"{panel.Quantity} against {panel.Axis}: {panel.Title}; the numbers are in the table below";
        Add(html, $"<svg role=\"img\" {new RawHtml(attributes)} aria-label=\"{label}\" viewBox=\"0 0 {Full} {Tall}\"");
        Add(html, $" data-x=\"{scale.Left},{scale.Right}\" data-top=\"{scale.Top}\" data-share=\"{(scale.Share ? 1 : 0)}\"");
        Add(html, $" data-axis=\"{panel.Axis}\" data-quantity=\"{panel.Quantity}\">{new RawHtml(within)}<g class=\"axis\">");
        Axes(html, scale);
        var (middle, below) = (Left + Width / 2, Top + Height + 40);
        Add(html, $"</g><text class=\"label\" x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\">{panel.Axis}</text>");
        Add(html, $"<text class=\"label\" transform=\"translate(14 {Top + Height / 2}) rotate(-90)\" text-anchor=\"middle\">");
        Add(html, $"{panel.Quantity}</text>");
        // The first curve is drawn last, so that it lies on top.
        for (var i = panel.Curves.Count - 1; i >= 0; i--) Curve(html, panel.Curves[i], scale, i, panel.Curves.Count);
        if (panel.Curves.SelectMany(c => c.Curve.Points).All(p => !double.IsFinite(p.Mean)))
            Add(html, $"<text x=\"{Left + Width / 2}\" y=\"{Top + Height / 2}\" text-anchor=\"middle\">No point is done yet.</text>");
        return html.Append("</svg>").ToString();
    }

    static void Axes(StringBuilder html, CurveScale scale)
    {
        for (var quarter = 0; quarter <= 4; quarter++)
        {
            var value = scale.Top * quarter / 4;
            var text = scale.Share ? $"{25 * quarter} %" : NumberText.Number(value);
            Add(html, $"<path d=\"M{Left} {Y(scale, value)}h{Width}\"/>");
            Add(html, $"<text x=\"{Left - 8}\" y=\"{Y(scale, value) + 4}\" text-anchor=\"end\">{text}</text>");
        }
        foreach (var tick in scale.Ticks(9))
        {
            Add(html, $"<path d=\"M{X(scale, tick):0.#} {Top + Height}v5\"/>");
            var text = NumberText.Number(tick);
            Add(html, $"<text x=\"{X(scale, tick):0.#}\" y=\"{Top + Height + 20}\" text-anchor=\"middle\">{text}</text>");
        }
    }

    static void Curve(StringBuilder html, PanelCurve curve, CurveScale scale, int index, int count)
    {
        var id = curve.Key.Id;
        Add(html, $"<g class=\"curve c{curve.Key.Colour}{Dash(curve)}\" data-name=\"{curve.Name}\" data-points=\"{Numbers(curve.Curve)}\"");
        Add(html, $" marker-start=\"url(#{id})\" marker-mid=\"url(#{id})\" marker-end=\"url(#{id})\">");
        var known = curve.Curve.Points.Where(p => double.IsFinite(p.Mean)).OrderBy(p => p.Strength).ToList();
        // Whiskers of several curves stand side by side; the points stay where they are.
        var aside = count < 2 ? 0 : (index - (count - 1) / 2.0) * Math.Min(2, 10.0 / count);
        var bars = new StringBuilder();
        foreach (var p in known.Where(p => double.IsFinite(p.Low) && double.IsFinite(p.High)))
            bars.Append(CultureInfo.InvariantCulture, $"M{X(scale, p.Strength) + aside:0.#} {Y(scale, p.Low):0.#}V{Y(scale, p.High):0.#}");
        if (bars.Length > 0) html.Append(CultureInfo.InvariantCulture, $"<path class=\"bar\" d=\"{bars}\"/>");
        html.Append("<path class=\"line\" d=\"").Append(Line(curve.Curve, scale)).Append("\"/></g>");
    }

    static string Line(SecurityCurve curve, CurveScale scale)
    {
        var (path, gap) = (new StringBuilder(), true);
        foreach (var p in curve.Points.OrderBy(p => p.Strength))
        {
            if (double.IsFinite(p.Mean))
                path.Append(CultureInfo.InvariantCulture, $"{(gap ? 'M' : 'L')}{X(scale, p.Strength):0.#} {Y(scale, p.Mean):0.#}");
            gap = !double.IsFinite(p.Mean);
        }
        return path.ToString();
    }

    /// <summary>Strength, mean, low and high of each point, for the script; unknown values are empty.</summary>
    static string Numbers(SecurityCurve curve) => string.Join(';', curve.Points.OrderBy(p => p.Strength).Select(p =>
        string.Join(',', Short(p.Strength), Short(p.Mean), Short(p.Low), Short(p.High))));

    static string Short(double value) => double.IsFinite(value) ? value.ToString("0.#####", CultureInfo.InvariantCulture) : "";

    static string Dash(PanelCurve curve) => curve.IsCertified ? " certified" : "";

    static double X(CurveScale scale, double strength) => Left + scale.Across(strength) * Width;

    static double Y(CurveScale scale, double value) => Top + (1 - scale.Up(value)) * Height;

    internal static string Defs(IEnumerable<CurveKey> keys)
    {
        var html = new StringBuilder("<defs>");
        foreach (var key in keys.Distinct())
        {
            Add(html, $"<marker id=\"{key.Id}\" viewBox=\"-6 -6 12 12\" markerWidth=\"12\" markerHeight=\"12\"");
            Add(html, $" markerUnits=\"userSpaceOnUse\">");
            Add(html, $"<path class=\"dot c{key.Colour}\" d=\"M0 0{new RawHtml(Shapes[key.Marker])}\"/></marker>");
        }
        return html.Append("</defs>").ToString();
    }

    static void Add(StringBuilder html, FormattableString text) => html.Append(Html.Of(text).Text);

    // The terminal's markers as paths: ● ■ ▲ ◆, and the same hollow.
    static readonly string[] Shapes =
    [
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.5 -3.5h7v7h-7z", "m0 -4.5l4.5 8h-9z", "m0 -5l5 5l-5 5l-5 -5z",
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zm2 0a2 2 0 1 1 4 0a2 2 0 1 1 -4 0z",
        "m-3.5 -3.5h7v7h-7zm2 2v3h3v-3z", "m0 -5l5 8.5h-10zm0 3.5l-2 3.5h4z",
        "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5zm0 3l-2.5 2.5l2.5 2.5l2.5 -2.5z",
    ];
}
