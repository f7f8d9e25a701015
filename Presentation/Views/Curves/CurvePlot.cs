using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views.Curves;

/// <summary>
/// Draws security evaluation curves: one plot for each data set, model and attack, one curve for each defense. Points not done are gaps.
/// </summary>
public static class CurvePlot
{
    const int Widest = 120;

    const int Label = 7;

    static readonly Style Faint = new(decoration: Decoration.Dim);

    public static void Draw(IAnsiConsole console, IReadOnlyList<SecurityCurve> curves) => Draw(console, CurvePanel.Of(curves));

    public static void Draw(IAnsiConsole console, IEnumerable<CurvePanel> panels)
    {
        var terminal = TerminalFeatures.Of(console);
        foreach (var panel in panels) console.Write(Sheet(terminal, panel));
    }

    static StyledText Sheet(TerminalFeatures terminal, CurvePanel panel)
    {
        var sheet = new StyledText();
        foreach (var line in TextWrap.Wrap(panel.Title, terminal.Width, 2))
            sheet.Line(TextFit.Cut(line, terminal.Width, terminal.Unicode), new Style(decoration: Decoration.Bold));
        if (panel.Known && panel.Strengths.Count == 1)
        {
            // A single strength makes no curve.
            sheet.Line($"{panel.Quantity} at {panel.Axis}", Faint);
            Legend(sheet, terminal, panel, panel.Scale);
            return sheet.Line();
        }

        var width = Math.Min(terminal.Width, Widest) - Label - 2;
        // The number of lines is a multiple of four and one more, so that the quarters fall on lines.
        var height = Math.Clamp(width / 5 / 4 * 4, 12, 20) + 1;
        var scale = panel.Scale;
        var canvas = Paint(panel, scale, new DotCanvas(width, height, terminal.Unicode), terminal);

        sheet.Line(panel.Quantity, Faint);
        for (var row = 0; row < height; row++)
        {
            var quarter = row * 4 % (height - 1) == 0;
            var up = (height - 1.0 - row) / (height - 1);
            var label = !quarter ? "" : scale.Share ? $"{100 * up:0} %" : NumberText.Number(scale.Top * up);
            sheet.Add(TextFit.Right(label, Label - 1) + " ").Add((quarter, terminal.Unicode) switch
            {
                (true, true) => "┤",
                (false, true) => "│",
                (true, false) => "+",
                _ => "|",
            }, Faint);
            canvas.Row(sheet, row);
            sheet.Line();
        }
        Axis(sheet, terminal, scale, width, panel.Axis);
        if (!panel.Known) sheet.Line("  No point of these curves is done yet.");
        Legend(sheet, terminal, panel, scale);
        return sheet.Line();
    }

    static DotCanvas Paint(CurvePanel panel, CurveScale scale, DotCanvas canvas, TerminalFeatures terminal)
    {
        for (var curve = 0; curve < panel.Curves.Count; curve++)
        {
            var style = new Style(CurveMarkers.Colour(panel.Keys[curve]));
            (int X, int Y)? last = null;
            foreach (var point in panel.Curves[curve].Points.OrderBy(p => p.Strength))
            {
                if (!double.IsFinite(point.Mean))
                {
                    last = null;
                    continue;
                }
                var at = canvas.Place(scale.Across(point.Strength), scale.Up(point.Mean));
                if (last is { } from) canvas.Line(from, at, style);
                canvas.Mark(at, CurveMarkers.Marker(panel.Keys[curve], terminal.Unicode), style);
                last = at;
            }
        }
        // Whiskers come last, so that they do not take the colour of a line.
        if (terminal.Unicode)
            for (var curve = 0; curve < panel.Curves.Count; curve++)
                foreach (var point in panel.Curves[curve].Points) Whisker(canvas, scale, point, CurveMarkers.Colour(panel.Keys[curve]));
        return canvas;
    }

    /// <summary>Draws the interval as dots.</summary>
    static void Whisker(DotCanvas canvas, CurveScale scale, CurvePoint point, Color colour)
    {
        if (!double.IsFinite(point.Low) || !double.IsFinite(point.High)) return;
        var (x, high) = canvas.Place(scale.Across(point.Strength), scale.Up(point.High));
        var (_, low) = canvas.Place(scale.Across(point.Strength), scale.Up(point.Low));
        for (var y = high; y <= low; y += 2) canvas.Dot(x, y, new Style(colour, decoration: Decoration.Dim));
    }

    static void Axis(StyledText sheet, TerminalFeatures terminal, CurveScale scale, int width, string title)
    {
        var line = new char[width];
        Array.Fill(line, terminal.Unicode ? '─' : '-');
        var numbers = new char[width + 1];
        Array.Fill(numbers, ' ');
        var free = 0;
        foreach (var tick in scale.Ticks(width / 12 + 1))
        {
            var at = (int)Math.Round(scale.Across(tick) * (width - 1));
            line[at] = terminal.Unicode ? '┬' : '+';
            var text = NumberText.Number(tick);
            var start = Math.Clamp(at - text.Length / 2, 0, width + 1 - text.Length);
            if (start < free) continue;
            text.CopyTo(0, numbers, start, text.Length);
            free = start + text.Length + 1;
        }
        sheet.Add(new string(' ', Label)).Add(terminal.Unicode ? "└" : "+", Faint).Line(new string(line), Faint);
        sheet.Line(new string(' ', Label + 1) + new string(numbers).TrimEnd());
        sheet.Line(TextFit.Right(title, Label + 1 + width), Faint);
    }

    static void Legend(StyledText sheet, TerminalFeatures terminal, CurvePanel panel, CurveScale scale)
    {
        var strengths = TextFit.Spread(panel.Strengths.Count, 3).Select(i => panel.Strengths[i]).ToList();
        var values = panel.Curves.Select(c => string.Join("  ", strengths.Select(s => Value(c, s, scale)))).ToList();
        var checks = panel.Curves.Select(c => VerdictStyle.Text(c.Verdict, terminal.Unicode)).ToList();
        var check = Math.Min(16, checks.Max(TextFit.Width));
        var width = Math.Min(terminal.Width, Widest);
        var wished = panel.Curves.Max(c => TextFit.Width(c.Defense));
        var room = width - 4 - values.Max(v => v.Length) - 2 - (check > 0 ? check + 2 : 0);
        for (var curve = 0; curve < panel.Curves.Count; curve++)
        {
            var name = panel.Curves[curve].Defense;
            sheet.Add($"  {CurveMarkers.Marker(panel.Keys[curve], terminal.Unicode)} ", new Style(CurveMarkers.Colour(panel.Keys[curve])));
            // A long name takes two lines and is not cut, for two variants of a defense may differ in their last letters only.
            if (wished <= room) sheet.Add(TextFit.Left(name, wished));
            else sheet.Line(TextFit.Cut(name, width - 4, terminal.Unicode)).Add("  ");
            sheet.Add("  " + values[curve]);
            if (checks[curve] != "")
                sheet.Add("  ")
                    .Add(TextFit.Cut(checks[curve], check, terminal.Unicode), VerdictStyle.Style(panel.Curves[curve].Verdict?.Grade));
            sheet.Line();
        }
    }

    static string Value(SecurityCurve curve, double strength, CurveScale scale)
    {
        var value = curve.Points.FirstOrDefault(p => p.Strength == strength)?.Mean ?? double.NaN;
        return $"{NumberText.Number(strength)}: {TextFit.Right(scale.Text(value), scale.Share ? 7 : 6)}";
    }
}
