using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Presentation.Views.Friends;

/// <summary>A FRIENDS grid whose fields carry text.</summary>
static class TextGrid
{
    const string Down = "noise_std";

    // One column of shade or padding before the text, one of padding behind it.
    const int Around = 2;

    static readonly Style Bold = new(decoration: Decoration.Bold);

    public static int Width(FriendsGrid grid, FieldText text) =>
        Label(grid) + 1 + grid.ClipThresholds.Count * (Field(grid, text) + Around + text.Gap) - text.Gap;

    public static void Draw(StyledText sheet, TerminalFeatures terminal, FriendsGrid grid, FieldText text, double top)
    {
        var (label, field) = (Label(grid), Field(grid, text));
        var gap = new string(' ', text.Gap);
        sheet.Line($"{new string(' ', label + 2)}clip_threshold");
        sheet.Add(TextFit.Right(Down, label) + " ");
        foreach (var clip in grid.ClipThresholds) sheet.Add(TextFit.Left($" {NumberText.Number(clip)}", field + Around + text.Gap), Bold);
        sheet.Line();

        for (var noise = 0; noise < grid.NoiseStds.Count; noise++)
        {
            for (var line = 0; line < text.Height; line++)
            {
                sheet.Add(TextFit.Right(line == 0 ? NumberText.Number(grid.NoiseStds[noise]) : "", label) + " ", Bold);
                for (var clip = 0; clip < grid.ClipThresholds.Count; clip++)
                {
                    if (grid[noise, clip] is { } row)
                        Line(sheet, terminal, TextFit.Left(text.Lines(row)[line], field), line == 0, row.SuccessRate / top);
                    else
                        sheet.Add(new string(' ', field + Around));
                    sheet.Add(gap);
                }
                sheet.Line();
            }
            if (text.Gap > 0) sheet.Line();
        }
        if (text.Gap == 0) sheet.Line();
    }

    static void Line(StyledText sheet, TerminalFeatures terminal, string words, bool first, double share)
    {
        var weight = first ? Decoration.Bold : Decoration.None;
        if (!double.IsFinite(share)) sheet.Add($"  {words}", new Style(decoration: weight));
        else if (!terminal.Shades)
            sheet.Add(ColorRamp.Shade(share, terminal.Unicode, faint: true) + " ").Add(words, new Style(decoration: weight));
        else sheet.Add($" {words} ", new Style(ColorRamp.On(ColorRamp.At(share)), ColorRamp.At(share), weight));
    }

    static int Label(FriendsGrid grid) => Math.Max(Down.Length, grid.NoiseStds.Max(n => NumberText.Number(n).Length));

    static int Field(FriendsGrid grid, FieldText text) => Math.Max(
        grid.Rows.Max(r => text.Lines(r).Max(l => l.Length)),
        grid.ClipThresholds.Max(c => NumberText.Number(c).Length));
}
