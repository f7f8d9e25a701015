using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Presentation.Views.Friends;

/// <summary>
/// Draws a FRIENDS grid as a picture: one character for each field, or in colour half of one (▀, two rows in a line). Larger grids are
/// averaged.
/// </summary>
static class ShadeGrid
{
    /// <summary>Most lines: more would scroll off the screen.</summary>
    const int MostLines = 50;

    const string Down = "noise_std";

    public static void Draw(StyledText sheet, TerminalFeatures terminal, FriendsGrid grid, double top)
    {
        var label = Math.Max(Down.Length, grid.NoiseStds.Max(n => NumberText.Number(n).Length));
        var room = terminal.Width - label - 2;
        // Two rows share a line only where the colours of a field's two halves can differ.
        var perLine = terminal is { Shades: true, Unicode: true } ? 2 : 1;
        var across = Ceiling(grid.ClipThresholds.Count, room);
        var down = Ceiling(grid.NoiseStds.Count, MostLines * perLine);
        var columns = Ceiling(grid.ClipThresholds.Count, across);
        var rows = Ceiling(grid.NoiseStds.Count, down);
        var wide = columns * 2 <= room ? 2 : 1;

        double Share(int row, int column) => row < rows ? Mean(grid, row * down, down, column * across, across) / top : double.NaN;

        sheet.Line(TextFit.Right(Down, label));
        for (var row = 0; row < rows; row += perLine)
        {
            sheet.Add(TextFit.Right(NumberText.Number(grid.NoiseStds[row * down]), label) + " ");
            for (var column = 0; column < columns; column++)
            {
                var share = Share(row, column);
                var (text, style) = perLine == 2 ? Halves(share, Share(row + 1, column)) : Whole(terminal, share);
                sheet.Add(new string(text, wide), style);
            }
            sheet.Line();
        }
        Axis(sheet, grid, label, columns, across, wide);
        if (across > 1 || down > 1) sheet.Line($"Each field drawn is the mean of {down} x {across} fields.");
    }

    static (char Text, Style Style) Halves(double upper, double lower) => (double.IsFinite(upper), double.IsFinite(lower)) switch
    {
        (true, true) => ('▀', new Style(ColorRamp.At(upper), ColorRamp.At(lower))),
        (true, false) => ('▀', new Style(ColorRamp.At(upper))),
        (false, true) => ('▄', new Style(ColorRamp.At(lower))),
        _ => (' ', Style.Plain),
    };

    static (char Text, Style Style) Whole(TerminalFeatures terminal, double share) => (double.IsFinite(share), terminal.Shades) switch
    {
        (false, _) => (' ', Style.Plain),
        (true, true) => (' ', new Style(background: ColorRamp.At(share))),
        _ => (ColorRamp.Shade(share, terminal.Unicode, faint: true), Style.Plain),
    };

    /// <summary>Draws ticks under the columns, as many as have room for their number.</summary>
    static void Axis(StyledText sheet, FriendsGrid grid, int label, int columns, int across, int wide)
    {
        var numbers = new char[columns * wide + 10];
        Array.Fill(numbers, ' ');
        var free = 0;
        for (var column = 0; column < columns; column++)
        {
            var text = NumberText.Number(grid.ClipThresholds[column * across]);
            var at = column * wide;
            if (at < free || at + text.Length > columns * wide) continue;
            text.CopyTo(0, numbers, at, text.Length);
            free = at + Math.Max(text.Length + 2, 8);
        }
        sheet.Line(new string(' ', label + 1) + new string(numbers).TrimEnd() + " ");
        sheet.Line(new string(' ', label + 1) + "clip_threshold");
    }

    /// <summary>The rate of a field; NaN where nothing was run.</summary>
    static double Mean(FriendsGrid grid, int noise, int down, int clip, int across)
    {
        var (sum, count) = (0.0, 0);
        for (var i = noise; i < Math.Min(noise + down, grid.NoiseStds.Count); i++)
        {
            for (var j = clip; j < Math.Min(clip + across, grid.ClipThresholds.Count); j++)
            {
                if (grid[i, j] is not { SuccessRate: var rate } || !double.IsFinite(rate)) continue;
                sum += rate;
                count++;
            }
        }
        return count == 0 ? double.NaN : sum / count;
    }

    static int Ceiling(int a, int b) => (a + b - 1) / b;
}
