using System.Globalization;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Writes a snapshot of a sweep's progress: one line for a log, a few for a screen.</summary>
public static class ProgressText
{
    const int MostWorkers = 8;

    const int MostFailures = 3;

    const int FewestCurves = 3;

    /// <summary>Columns that two ^C take.</summary>
    const int Echo = 4;

    public static string Line(ProgressSnapshot now)
    {
        var line = $"{now.Sweep}: {(now.Note is null ? "" : $"{now.Note}; ")}{now.Percent} %, {Counts(now)}, {Pace(now)}";
        return TextFit.Printable(now.Now.Count > 0 ? $"{line}; {now.Now[0]}{(now.Now.Count > 1 ? $" (+{now.Now.Count - 1})" : "")}" : line);
    }

    public static string Failure(string text) => $"failed: {TextFit.Printable(TextFit.FirstLine(text))}";

    public static StyledText Screen(ProgressSnapshot now, TerminalFeatures wide)
    {
        // A terminal writes ^C at the cursor. Behind a full line that would begin another line, and the first line would stay there twice.
        var terminal = wide with { Width = wide.Width - Echo };
        string Cut(string text, int indent) => TextFit.Cut(TextFit.Printable(text), terminal.Width - indent, terminal.Unicode);

        var sheet = new StyledText();
        var title = TextFit.Cut(now.Sweep, terminal.Width / 3, terminal.Unicode);
        var share = $" {now.Percent,3} %";
        var room = Math.Clamp(terminal.Width - TextFit.Width(title) - 1 - share.Length, 5, 60);
        sheet.Add(title + " ", new Style(decoration: Decoration.Bold));
        CurveBars.Bar(sheet, now.Share, room, now.Failed > 0, terminal);
        sheet.Line(share);
        if (now.Note is { } note) sheet.Line($"  {Cut(note, 2)}", new Style(Color.Yellow));
        sheet.Line(Cut($"  {Counts(now)}", 0)).Line(Cut($"  {Pace(now)}", 0), new Style(decoration: Decoration.Dim));

        // Lines that do not fit the screen are cropped at the end, where the failures are.
        var others = 5 + Math.Min(now.Now.Count, MostWorkers + 1) + Math.Min(now.Failures?.Count ?? 0, MostFailures + 1);
        CurveBars.Add(sheet, now.Curves, terminal, Math.Max(FewestCurves, terminal.Height - others));
        foreach (var work in now.Now.Take(MostWorkers)) sheet.Line($"  {(terminal.Unicode ? "›" : ">")} {Cut(work, 4)}");
        if (now.Now.Count > MostWorkers) sheet.Line($"    and {now.Now.Count - MostWorkers} more");
        foreach (var failure in (now.Failures ?? []).TakeLast(MostFailures))
            sheet.Line($"  {(terminal.Unicode ? "✗" : "X")} {Cut(TextFit.FirstLine(failure), 4)}", new Style(Color.Red));
        if (now.Failed > MostFailures) sheet.Line($"    and {now.Failed - MostFailures} more failed");
        return sheet;
    }

    static string Counts(ProgressSnapshot now)
    {
        var text = $"{now.Done} of {now.Cells} cells done";
        if (now.Known > 0) text += $" ({now.Known} known before)";
        if (now.Failed > 0) text += $", {now.Failed} failed";
        if (now.Running > 0) text += $", {now.Running} running";
        return text;
    }

    public static string Speed(double cellsPerSecond) => cellsPerSecond is 0 or >= 0.1
        ? $"{cellsPerSecond.ToString("0.0", CultureInfo.InvariantCulture)} cells/s"
        : $"{(cellsPerSecond * 60).ToString("0.0", CultureInfo.InvariantCulture)} cells/min";

    static string Pace(ProgressSnapshot now)
    {
        var text = $"{Speed(now.CellsPerSecond)}, {NumberText.Time(now.Elapsed)} elapsed";
        return now.Remaining is { } left && now.Share < 1 ? $"{text}, about {NumberText.Time(left)} left" : text;
    }
}
