using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views.Curves;

/// <summary>
/// Draws the numbers of the curves: a row for each attack and defense, and columns for as many strengths as fit, the first and last
/// included.
/// </summary>
public static class CurveTable
{
    const int Gap = 2;

    const string Heading = "attack, defense";

    const string Indent = "  ";

    static readonly Style Bold = new(decoration: Decoration.Bold);

    static readonly Style Faint = new(decoration: Decoration.Dim);

    public static void Draw(IAnsiConsole console, IReadOnlyList<SecurityCurve> curves)
    {
        var terminal = TerminalFeatures.Of(console);
        foreach (var table in curves.GroupBy(c => (c.Dataset, c.Model, c.Poison, c.Metric)))
            console.Write(Sheet(terminal, [.. table.OrderBy(c => Order(curves, c.Attack))]));
    }

    static StyledText Sheet(TerminalFeatures terminal, IReadOnlyList<SecurityCurve> curves)
    {
        var share = CurveScale.IsShare(curves[0].Metric);
        var all = CurvePanel.StrengthsOf(curves);
        string Text(SecurityCurve curve, double strength) =>
            Value(terminal, share, curve.Points.FirstOrDefault(p => p.Strength == strength));

        var checks = curves.Select(c => VerdictStyle.Text(c.Verdict, terminal.Unicode)).ToList();
        var check = checks.Any(c => c != "") ? Math.Min(12, Math.Max(5, checks.Max(TextFit.Width))) + Gap : 0;
        var texts = curves.SelectMany(c => all.Select(s => Text(c, s)));
        var column = Gap + all.Select(NumberText.Number).Concat(texts).DefaultIfEmpty("").Max(t => t.Length);
        // A long name gets a line of its own, for two variants of a defense may differ in their last letters only.
        var wished = Math.Max(Heading.Length, curves.Max(c => TextFit.Width(Label(c))));
        var name = wished <= terminal.Width / 3 ? wished : Heading.Length;
        var most = Math.Max(2, (terminal.Width - name - check) / column);
        var strengths = TextFit.Spread(all.Count, most).Select(i => all[i]).ToList();
        // Columns that are too few for another strength go to the names.
        name = Math.Clamp(terminal.Width - check - strengths.Count * column, 1, wished);

        var sheet = new StyledText().Line(TextFit.Cut(Title(curves[0], share), terminal.Width, terminal.Unicode), Bold);
        sheet.Add(TextFit.Left(Heading, name, terminal.Unicode));
        foreach (var strength in strengths) sheet.Add(TextFit.Right(NumberText.Number(strength), column));
        sheet.Line(check > 0 ? "  check" : "");
        sheet.Line(new string(terminal.Unicode ? '─' : '-', name + strengths.Count * column + check), Faint);
        for (var i = 0; i < curves.Count; i++)
        {
            if (i == 0 || curves[i].Attack != curves[i - 1].Attack)
                sheet.Line(TextFit.Cut(curves[i].Attack, terminal.Width, terminal.Unicode), Bold);
            var label = Label(curves[i]);
            if (TextFit.Width(label) <= name) sheet.Add(TextFit.Left(label, name));
            else sheet.Line(TextFit.Cut(label, terminal.Width, terminal.Unicode)).Add(new string(' ', name));
            foreach (var strength in strengths) sheet.Add(TextFit.Right(Text(curves[i], strength), column));
            if (checks[i] != "")
                sheet.Add("  ").Add(TextFit.Cut(checks[i], check - Gap, terminal.Unicode), VerdictStyle.Style(curves[i].Verdict?.Grade));
            sheet.Line();
        }
        Notes(sheet, terminal.Width, curves, strengths.Count, all.Count);
        return sheet.Line();
    }

    static string Label(SecurityCurve curve) => $"{Indent}{curve.Defense}{(curve.Open > 0 ? CrossingTable.Provisional : "")}";

    /// <summary>Groups the curves of each attack, in the order in which attacks first appear.</summary>
    static int Order(IReadOnlyList<SecurityCurve> curves, string attack) =>
        curves.Select(c => c.Attack).Distinct().ToList().IndexOf(attack);

    static string Title(SecurityCurve curve, bool share) =>
        $"{curve.Dataset}, {curve.Model}{(curve.Poison == "" ? "" : $", {curve.Poison}")}: "
        + $"{curve.Metric.Replace('_', ' ')}{(share ? " in %" : "")} by strength";

    static string Value(TerminalFeatures terminal, bool share, CurvePoint? point)
    {
        if (point is null) return "";
        if (!double.IsFinite(point.Mean)) return NumberText.Unknown;
        var half = (point.High - point.Low) / 2;
        string Number(double v) => share ? NumberText.Points(v) : NumberText.Number(v);
        return Number(point.Mean)
            + (double.IsFinite(half) ? $"{(terminal.Unicode ? " ±" : " +-")}{Number(half)}" : "")
            + (point.Seeds < point.Total ? "*" : "");
    }

    static void Notes(StyledText sheet, int width, IReadOnlyList<SecurityCurve> curves, int shown, int all)
    {
        void Note(string text)
        {
            foreach (var line in TextWrap.Wrap(text, width)) sheet.Line(line, Faint);
        }

        Note("Beside each value stands half the width of its 95 % interval.");
        if (shown < all) Note($"{shown} of {all} strengths shown; all are in curves.csv.");
        if (curves.Any(c => c.Open > 0)) Note(CrossingTable.Note);
        if (curves.SelectMany(c => c.Points).Any(p => double.IsFinite(p.Mean) && p.Seeds < p.Total)) Note("* not all seeds are done yet.");
    }
}
