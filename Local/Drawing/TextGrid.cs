using Spectre.Console;

namespace Grid.Local.Drawing;

/// <summary>A FRIENDS grid whose fields carry text.</summary>
static class TextGrid
{
    const string Down = "noise_std";

    // One column of shade or padding and one of space around the text, one between fields.
    const int Around = 3;

    public static int Width(FriendsGrid grid, FieldText text) =>
        Label(grid) + 1 + grid.ClipThresholds.Count * (Field(grid, text) + Around) - 1;

    public static void Draw(Sheet sheet, Terminal terminal, FriendsGrid grid, FieldText text, double top)
    {
        var (label, field) = (Label(grid), Field(grid, text));
        sheet.Line($"{new string(' ', label + 2)}clip_threshold");
        sheet.Add(Fit.Right(Down, label) + " ");
        foreach (var clip in grid.ClipThresholds) sheet.Add(Fit.Left($" {Figures.Number(clip)}", field + Around), new Style(decoration: Decoration.Bold));
        sheet.Line();

        for (var noise = 0; noise < grid.NoiseStds.Count; noise++)
        {
            for (var line = 0; line < text.Height; line++)
            {
                sheet.Add(Fit.Right(line == 0 ? Figures.Number(grid.NoiseStds[noise]) : "", label) + " ", new Style(decoration: Decoration.Bold));
                for (var clip = 0; clip < grid.ClipThresholds.Count; clip++)
                {
                    if (grid[noise, clip] is not { } row)
                    {
                        sheet.Add(new string(' ', field + Around));
                        continue;
                    }
                    var words = Fit.Left(text.Lines(row)[line], field);
                    var share = row.SuccessRate / top;
                    var weight = line == 0 ? Decoration.Bold : Decoration.None;
                    if (terminal.Shades && double.IsFinite(share))
                    {
                        var background = Ramp.At(share);
                        sheet.Add($" {words} ", new Style(Ramp.On(background), background, weight)).Add(" ");
                    }
                    else
                    {
                        sheet.Add($"{(double.IsFinite(share) ? Ramp.Shade(share, terminal.Unicode, faint: true) : ' ')} ")
                            .Add(words, new Style(decoration: weight)).Add(" ");
                    }
                }
                sheet.Line();
            }
            sheet.Line();
        }
    }

    static int Label(FriendsGrid grid) => Math.Max(Down.Length, grid.NoiseStds.Max(n => Figures.Number(n).Length));

    static int Field(FriendsGrid grid, FieldText text) => Math.Max(
        grid.Rows.Max(r => text.Lines(r).Max(l => l.Length)),
        grid.ClipThresholds.Max(c => Figures.Number(c).Length));
}
