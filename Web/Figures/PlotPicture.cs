using System.Globalization;
using System.Text;
using Grid.Web.Rendering;

namespace Grid.Web.Figures;

/// <summary>Draws a plot as SVG that no script changes.</summary>
public static class PlotPicture
{
    const double Left = 74, Top = 14, Width = 640, Height = 300;

    /// <summary>Right of the axis, half of its last text has room.</summary>
    const double Right = 30;

    /// <summary>The picture for a page, which has the style and the markers.</summary>
    public static string Draw(Plot plot) => Draw(plot, "class=\"chart\"", "");

    /// <summary>The picture as a file of its own, for white paper.</summary>
    public static string Standalone(Plot plot) => Draw(
        plot, FormattableString.Invariant(
            $"xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Width + Right}\" height=\"{Top + Height + 48}\""),
        $"<style>{ChartStyle.Light}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
        + CurveChart.Defs(plot.Lines.Select(l => l.Key)));

    static string Draw(Plot plot, string attributes, string within)
    {
        var html = new StringBuilder();
        Add($"<svg role=\"img\" {new RawHtml(attributes)} aria-label=\"{plot.Quantity} against {plot.Axis}: {plot.Title}; numbers below\"");
        Add($" viewBox=\"0 0 {Left + Width + Right} {Top + Height + 48}\">{new RawHtml(within)}<g class=\"axis\">");
        foreach (var (at, text) in plot.Up)
        {
            Add($"<path d=\"M{Left} {Y(at):0.#}h{Width}\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{Y(at) + 4:0.#}\" text-anchor=\"end\">{text}</text>");
        }

        foreach (var (at, text) in plot.Across)
        {
            Add($"<path d=\"M{X(at):0.#} {Top + Height}v5\"/>");
            Add($"<text x=\"{X(at):0.#}\" y=\"{Top + Height + 20}\" text-anchor=\"middle\">{text}</text>");
        }

        Add($"</g><text x=\"{Left + Width / 2}\" y=\"{Top + Height + 40}\" text-anchor=\"middle\">{plot.Axis}</text>");
        Add($"<text class=\"label\" transform=\"translate(14 {Top + Height / 2}) rotate(-90)\"");
        Add($" text-anchor=\"middle\">{plot.Quantity}</text>");
        foreach (var line in plot.Lines.Reverse())
        {
            var (id, path) = (line.Key.Id, new StringBuilder());
            foreach (var p in line.Points.Where(p => !double.IsNaN(p.Up)))
                path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{X(p.Across):0.#} {Y(p.Up):0.#}");
            Add($"<g class=\"curve c{line.Key.Colour}\" marker-start=\"url(#{id})\" marker-mid=\"url(#{id})\" marker-end=\"url(#{id})\">");
            Add($"<path class=\"line\" d=\"{path}\"/></g>");
        }

        return html.Append("</svg>").ToString();

        void Add(FormattableString text) => html.Append(Html.Of(text).Text);
    }

    static double X(double at) => Left + at * Width;

    static double Y(double at) => Top + (1 - at) * Height;
}
