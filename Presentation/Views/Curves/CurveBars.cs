using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Presentation.Views.Curves;

/// <summary>How many cells of one curve are done.</summary>
/// <param name="Label">The attack and the defense, and whatever else distinguishes the curves of the sweep.</param>
public sealed record CurveBar(string Label, int Cells, int Done, int Failed)
{
    public int Open => Cells - Done - Failed;
}

/// <summary>Draws a bar for each curve of a sweep.</summary>
public static class CurveBars
{
    const int Widest = 40;

    const int Narrowest = 16;

    /// <param name="most">Most bars to draw: curves under way come first, then those not begun, then complete ones.</param>
    public static void Add(StyledText sheet, IReadOnlyList<CurveBar> bars, TerminalFeatures terminal, int most)
    {
        // The bars that are drawn stand in the order of the plan.
        var shown = bars.Count <= most
            ? [.. Enumerable.Range(0, bars.Count)]
            : Enumerable.Range(0, bars.Count)
                .OrderBy(i => bars[i].Open == 0 ? 2 : bars[i].Open == bars[i].Cells ? 1 : 0)
                .ThenBy(i => i)
                .Take(most)
                .Order()
                .ToList();
        if (shown.Count == 0) return;
        var counts = shown.Select(i => Count(bars[i])).ToList();
        var tail = counts.Max(TextFit.Width);
        var label = Math.Min(shown.Max(i => TextFit.Width(bars[i].Label)), Math.Max(8, terminal.Width - tail - 4 - Narrowest));
        var room = Math.Clamp(terminal.Width - label - tail - 4, 4, Widest);
        var labels = shown.ConvertAll(i => TextFit.Left(TextFit.Printable(bars[i].Label), label, terminal.Unicode));
        // Names stand above their bars where cutting them would make curves look the same.
        var alike = labels.GroupBy(l => l).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        for (var i = 0; i < shown.Count; i++)
        {
            var bar = bars[shown[i]];
            var above = alike.Contains(labels[i]) && TextFit.Width(bar.Label) > label;
            if (above)
                foreach (var piece in TextFit.Printable(bar.Label).Chunk(Math.Max(8, terminal.Width - 2)))
                    sheet.Line($"  {new string(piece)}");
            sheet.Add($"  {(above ? new string(' ', label) : labels[i])} ");
            Bar(sheet, bar.Cells == 0 ? 1 : (bar.Done + bar.Failed) / (double)bar.Cells, room, bar.Failed > 0, terminal);
            sheet.Line($" {counts[i]}");
        }

        if (shown.Count == bars.Count) return;
        var hidden = bars.Where((_, i) => !shown.Contains(i)).ToList();
        sheet.Line($"  and {hidden.Count} more curves, {hidden.Count(b => b.Open == 0)} of them complete",
            new Style(decoration: Decoration.Dim));
    }

    /// <param name="share">Share in [0, 1]; the bar is full only at 1.</param>
    public static void Bar(StyledText sheet, double share, int room, bool failed, TerminalFeatures terminal)
    {
        var full = (int)(room * share);
        sheet.Add(new string(terminal.Unicode ? '━' : '#', full), new Style(failed ? Color.Yellow : Color.Green))
            .Add(new string(terminal.Unicode ? terminal.Colour ? '━' : '╌' : '.', room - full),
                new Style(Color.Grey, decoration: Decoration.Dim));
    }

    static string Count(CurveBar bar) => $"{bar.Done} of {bar.Cells}{(bar.Failed > 0 ? $", {bar.Failed} failed" : "")}";
}
