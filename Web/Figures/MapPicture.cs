using System.Globalization;
using System.Text;
using Grid.Presentation.Terminal;
using Grid.Web.Rendering;

namespace Grid.Web.Figures;

/// <summary>Draws a heat map as a picture, with a square for each field and numbers along the sides.</summary>
public static class MapPicture
{
    /// <summary>Most fields that are squares of their own.</summary>
    const int MostSquares = 900;

    const int Left = 74, Top = 8, Bottom = 50, Side = 600;

    /// <summary>The picture for a page.</summary>
    public static string Draw(GridMap map) => Draw(map, IsLarge(map) ? $"class=\"map\" {Values(map)}" : "class=\"map\"", "");

    /// <summary>The picture as a file of its own, for white paper.</summary>
    public static string Standalone(GridMap map)
    {
        var (width, height) = Size(map);
        return Draw(map, FormattableString.Invariant($"xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0.#}\" height=\"{height:0.#}\""),
            $"<style>{ChartStyle.Light}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
    }

    static string Draw(GridMap map, string attributes, string within)
    {
        var html = new StringBuilder();
        var (side, (full, tall)) = (FieldSide(map), Size(map));
        var (width, height) = (map.Columns.Count * side, map.Rows.Count * side);
        var values = map.Fields.Values.Select(f => f.Value).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList();
        var label = $"Heat map of {map.Quantity} by {map.Row} and {map.Column}, {map.Text(values.Min())} to {map.Text(values.Max())}";
        Add($"<svg role=\"img\" {new RawHtml(attributes)} aria-label=\"{label}\"");
        Add($" viewBox=\"0 0 {full:0.#} {tall:0.#}\">{new RawHtml(within)}");
        html.Append(IsLarge(map) ? Strips(map, side) : Squares(map, side));
        foreach (var i in TextFit.Spread(map.Rows.Count, 11))
        {
            var text = NumberText.Number(map.Rows[i]);
            Add($"<text x=\"{Left - 6}\" y=\"{Top + (i + 0.5) * side + 4:0.#}\" text-anchor=\"end\">{text}</text>");
        }

        foreach (var j in TextFit.Spread(map.Columns.Count, 11))
        {
            var text = NumberText.Number(map.Columns[j]);
            Add($"<text x=\"{Left + (j + 0.5) * side:0.#}\" y=\"{height + 26:0.#}\" text-anchor=\"middle\">{text}</text>");
        }

        Add($"<text x=\"{Left + width / 2:0.#}\" y=\"{height + 46:0.#}\" text-anchor=\"middle\">{map.Column}</text>");
        Add($"<text class=\"label\" transform=\"translate(14 {Top + height / 2:0.#}) rotate(-90)\"");
        Add($" text-anchor=\"middle\">{map.Row}</text></svg>");
        return html.ToString();

        void Add(FormattableString text) => html.Append(Html.Of(text).Text);
    }

    /// <summary>A square for each field, which tells its numbers to who points at it.</summary>
    static string Squares(GridMap map, double side)
    {
        var html = new StringBuilder("<g shape-rendering=\"crispEdges\">");
        for (var i = 0; i < map.Rows.Count; i++)
        {
            for (var j = 0; j < map.Columns.Count; j++)
            {
                if (map[i, j] is not { } f || !double.IsFinite(f.Value)) continue;
                Add($"<rect x=\"{Left + j * side:0.##}\" y=\"{Top + i * side:0.##}\" width=\"{side:0.##}\" height=\"{side:0.##}\"");
                Add($" fill=\"#{ColorRamp.At(f.Value / map.Top).ToHex()}\"><title>({NumberText.Number(map.Rows[i])}, ");
                Add($"{NumberText.Number(map.Columns[j])}): {map.Text(f.Value)}, control {map.Text(f.Control)}</title></rect>");
            }
        }

        return html.Append("</g>").ToString();

        void Add(FormattableString text) => html.Append(Html.Of(text).Text);
    }

    /// <summary>What the script says to who points at a field of a path.</summary>
    static string Values(GridMap map)
    {
        var values = Enumerable.Range(0, map.Rows.Count).Select(i => string.Join('|', Enumerable.Range(0, map.Columns.Count)
            .Select(j => map[i, j] is { } f && double.IsFinite(f.Value) ? map.Text(f.Value) : "")));
        var area = FormattableString.Invariant($"{Left},{Top},{FieldSide(map):0.####}");
        return $"data-area=\"{area}\" data-rows=\"{Sides(map.Rows)}\" data-columns=\"{Sides(map.Columns)}\" "
            + $"data-values=\"{string.Join(';', values)}\"";

        static string Sides(IReadOnlyList<double> values) => string.Join('|', values.Select(NumberText.Number));
    }

    static bool IsLarge(GridMap map) => map.Rows.Count * map.Columns.Count > MostSquares;

    /// <summary>A path for each shade: of ten thousand fields a page would hold twenty thousand elements otherwise, a megabyte.</summary>
    static string Strips(GridMap map, double side)
    {
        var shades = new SortedDictionary<int, StringBuilder>();
        for (var i = 0; i < map.Rows.Count; i++)
        {
            for (var (j, next) = (0, 0); j < map.Columns.Count; j = next)
            {
                var shade = Shade(i, j);
                for (next = j + 1; next < map.Columns.Count && Shade(i, next) == shade; next++) { }
                if (shade is not { } known) continue;
                if (!shades.TryGetValue(known, out var path)) shades.Add(known, path = new());
                path.Append(CultureInfo.InvariantCulture, $"M{j} {i}h{next - j}v1h{j - next}z");
            }
        }

        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture,
            $"<g shape-rendering=\"crispEdges\" transform=\"translate({Left} {Top}) scale({side:0.####})\">");
        foreach (var (shade, path) in shades)
            html.Append($"<path fill=\"#{ColorRamp.At((double)shade / ShadeClasses.Steps).ToHex()}\" d=\"{path}\"/>");
        return html.Append("</g>").ToString();

        int? Shade(int row, int column) => map[row, column] is { } f && double.IsFinite(f.Value)
            ? ShadeClasses.Of(f.Value / map.Top) : null;
    }

    static double FieldSide(GridMap map) =>
        Math.Min(map.Columns.Count <= 12 ? 48 : 24.0, (double)Side / Math.Max(map.Columns.Count, map.Rows.Count));

    static (double Width, double Height) Size(GridMap map) =>
        (Left + map.Columns.Count * FieldSide(map) + 10, map.Rows.Count * FieldSide(map) + Top + Bottom);
}
