using System.Globalization;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Report;

/// <summary>A panel of curves as a line chart: bands of intervals, a marker and a title at every point, gaps where one is not
/// done.</summary>
static class CurveSvg
{
    const double Left = 74, Top = 14, Width = 640, Height = 300;

    const double Full = Left + Width + 20, Tall = Top + Height + 48;

    public static void Write(Html html, CurvePanel panel)
    {
        var scale = panel.Scale;
        var label = $"{panel.Quantity} against {panel.Axis}: {panel.Title}; the numbers are in the table below";
        html.Add($"<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {Full} {Tall}\">");
        Axes(html, panel, scale);
        for (var i = panel.Curves.Count - 1; i >= 0; i--) Band(html, panel.Curves[i], scale, i);
        // The first curve last, so that it lies on top, as in the terminal.
        for (var i = panel.Curves.Count - 1; i >= 0; i--) Line(html, panel.Curves[i], scale, i);
        if (!panel.Known)
            html.Add($"<text x=\"{Left + Width / 2}\" y=\"{Top + Height / 2}\" text-anchor=\"middle\">No point of these curves is done yet.</text>");
        html.Add($"</svg>");
    }

    /// <summary>The marker of a curve in a legend.</summary>
    public static Raw Key(int curve) => Html.Of(
        $"""
        <svg class="key" aria-hidden="true" viewBox="0 0 30 14"><path class="line c{curve}" d="M1 7H29"/><path class="dot c{curve}" d="{Marker(curve, 15, 7)}"/></svg>
        """);

    static double X(CurveScale scale, double strength) => Left + scale.Across(strength) * Width;

    static double Y(CurveScale scale, double value) => Top + (1 - scale.Up(value)) * Height;

    static void Axes(Html html, CurvePanel panel, CurveScale scale)
    {
        html.Add($"<g class=\"axis\">");
        for (var quarter = 0; quarter <= 4; quarter++)
        {
            var value = scale.Top * quarter / 4;
            var text = scale.Share ? $"{25 * quarter} %" : NumberText.Number(value);
            html.Add($"<path d=\"M{Left} {Y(scale, value)}h{Width}\"/>")
                .Add($"<text x=\"{Left - 8}\" y=\"{Y(scale, value) + 4}\" text-anchor=\"end\">{text}</text>");
        }
        foreach (var tick in scale.Ticks(9))
            html.Add($"<path d=\"M{X(scale, tick):0.##} {Top + Height}v5\"/>")
                .Add($"<text x=\"{X(scale, tick):0.##}\" y=\"{Top + Height + 20}\" text-anchor=\"middle\">{NumberText.Number(tick)}</text>");
        html.Add($"</g>")
            .Add($"<text x=\"{Left + Width / 2}\" y=\"{Top + Height + 40}\" text-anchor=\"middle\">{panel.Axis}</text>")
            .Add($"<text transform=\"translate(12 {Top + Height / 2}) rotate(-90)\" text-anchor=\"middle\">{panel.Quantity}</text>");
    }

    static void Band(Html html, SecurityCurve curve, CurveScale scale, int index)
    {
        foreach (var run in Runs(curve, p => double.IsFinite(p.Low) && double.IsFinite(p.High)))
        {
            var high = Path(scale, run, p => p.High);
            var low = Path(scale, run.AsEnumerable().Reverse(), p => p.Low);
            // Over a single point a band has no area: a whisker.
            html.Add($"<path class=\"{(run.Count == 1 ? "line" : "band")} c{index}\" d=\"M{high}L{low}Z\"/>");
        }
    }

    static void Line(Html html, SecurityCurve curve, CurveScale scale, int index)
    {
        foreach (var run in Runs(curve, p => double.IsFinite(p.Mean)))
        {
            if (run.Count > 1) html.Add($"<path class=\"line c{index}\" d=\"M{Path(scale, run, p => p.Mean)}\"/>");
            foreach (var p in run)
            {
                var title = $"{curve.Defense} at {NumberText.Number(p.Strength)}: {scale.Text(p.Mean)} {scale.Interval(p)}, {p.Seeds} of {p.Total} seeds";
                html.Add($"<path class=\"dot c{index}\" d=\"{Marker(index, X(scale, p.Strength), Y(scale, p.Mean))}\"><title>{title}</title></path>");
            }
        }
    }

    /// <summary>Stretches of points without a gap, in order of strength.</summary>
    static IEnumerable<List<CurvePoint>> Runs(SecurityCurve curve, Func<CurvePoint, bool> known)
    {
        var run = new List<CurvePoint>();
        foreach (var point in curve.Points.OrderBy(p => p.Strength))
        {
            if (known(point)) run.Add(point);
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }
        if (run.Count > 0) yield return run;
    }

    static Raw Path(CurveScale scale, IEnumerable<CurvePoint> points, Func<CurvePoint, double> value) => new(string.Join('L', points.Select(p =>
        string.Create(CultureInfo.InvariantCulture, $"{X(scale, p.Strength):0.##} {Y(scale, value(p)):0.##}"))));

    /// <summary>The terminal's markers as paths: ● ■ ▲ ◆, and the same hollow.</summary>
    static Raw Marker(int curve, double x, double y) =>
        new(string.Create(CultureInfo.InvariantCulture, $"M{x:0.##} {y:0.##}") + Shapes[curve % Shapes.Length]);

    static readonly string[] Filled =
    [
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.5 -3.5h7v7h-7z", "m0 -4.5l4.5 8h-9z", "m0 -5l5 5l-5 5l-5 -5z",
    ];

    static readonly string[] Shapes =
    [
        .. Filled,
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zm2 0a2 2 0 1 1 4 0a2 2 0 1 1 -4 0z",
        "m-3.5 -3.5h7v7h-7zm2 2v3h3v-3z", "m0 -5l5 8.5h-10zm0 3.5l-2 3.5h4z",
        "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5zm0 3l-2.5 2.5l2.5 2.5l2.5 -2.5z",
    ];
}
