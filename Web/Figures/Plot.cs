using Grid.Presentation.Terminal;

namespace Grid.Web.Figures;

/// <summary>A chart as positions in [0, 1] from the left and from below, independent of its axes and of what it is drawn on.</summary>
/// <param name="Across">Ticks of the horizontal axis with their texts.</param>
/// <param name="Up">Ticks of the vertical axis with their texts.</param>
public sealed record Plot(
    string Title, string Axis, string Quantity, IReadOnlyList<(double At, string Text)> Across, IReadOnlyList<(double At, string Text)> Up,
    IReadOnlyList<PlotLine> Lines)
{
    public static Plot Of(Panel panel)
    {
        var scale = panel.Scale;
        var quarters = Enumerable.Range(0, 5).Select(q => (q / 4.0, scale.Share ? $"{25 * q} %" : NumberText.Number(scale.Top * q / 4)));
        var lines = panel.Curves.Select(c => new PlotLine(c.Name, c.Key, c.IsCertified,
            [.. c.Curve.Points.OrderBy(p => p.Strength).Select(p =>
                new PlotPoint(scale.Across(p.Strength), Up(p.Mean), Up(p.Low), Up(p.High)))]));
        return new(panel.Title, panel.Axis, panel.Quantity, [.. scale.Ticks(9).Select(t => (scale.Across(t), NumberText.Number(t)))],
            [.. quarters], [.. lines]);

        double Up(double value) => double.IsFinite(value) ? scale.Up(value) : double.NaN;
    }
}

/// <param name="IsDashed">Whether the line is dashed, which marks certified accuracy.</param>
/// <param name="Points">Points from left to right; NaN in Up is a gap.</param>
public sealed record PlotLine(string Name, CurveKey Key, bool IsDashed, IReadOnlyList<PlotPoint> Points);

/// <summary>A point with its interval, which is NaN where there is none.</summary>
public readonly record struct PlotPoint(double Across, double Up, double Low, double High);
