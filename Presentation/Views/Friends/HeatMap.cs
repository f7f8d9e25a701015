using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views.Friends;

/// <summary>
/// Draws the FRIENDS grid, shaded by attack success rate. Fields are written in full where they fit, else with rate and excess, else as one
/// character.
/// </summary>
public static class HeatMap
{
    /// <summary>Grids up to this many rows and columns are written out in full.</summary>
    const int Full = 6;

    /// <summary>Grids up to this many rows and columns still carry numbers.</summary>
    const int Numbers = 12;

    public static void Draw(IAnsiConsole console, IReadOnlyList<FriendsRow> rows)
    {
        var top = FriendsGrid.Top(rows);
        foreach (var grid in FriendsGrid.Of(rows)) console.Write(Sheet(TerminalFeatures.Of(console), grid, top));
    }

    static StyledText Sheet(TerminalFeatures terminal, FriendsGrid grid, double top)
    {
        var sheet = new StyledText().Line($"FRIENDS: {grid.Title}", new Style(decoration: Decoration.Bold));
        var trials = grid.Rows.Select(r => r.Trials).Distinct().ToList();
        sheet.Line(
            $"Attack success rate over {Count(trials.Min())}{(trials.Count > 1 ? $" to {Count(trials.Max())}" : "")} trials in each field");

        var size = Math.Max(grid.NoiseStds.Count, grid.ClipThresholds.Count);
        var text = (size <= Full ? [FieldText.Wide, FieldText.Tall, FieldText.Short] : size <= Numbers ? new[] { FieldText.Short } : [])
            .FirstOrDefault(t => TextGrid.Width(grid, t) <= terminal.Width);
        if (text is not null) TextGrid.Draw(sheet, terminal, grid, text, top);
        else ShadeGrid.Draw(sheet, terminal, grid, top);

        Scale(sheet, terminal, top);
        Extremes(sheet, grid);
        if (text is not null) sheet.Line(text.Note);
        else sheet.Line("Intervals, control and excess of every field are in friends.csv.");
        return sheet.Line();
    }

    static void Scale(StyledText sheet, TerminalFeatures terminal, double top)
    {
        const int Steps = 20;
        sheet.Add("success rate  0 % ");
        for (var i = 0; i < Steps; i++)
        {
            var share = i / (Steps - 1.0);
            if (terminal.Shades) sheet.Add(" ", new Style(background: ColorRamp.At(share)));
            else sheet.Add(ColorRamp.Shade(share, terminal.Unicode, faint: true).ToString());
        }
        sheet.Line($" {NumberText.Percent(top)}");
    }

    static void Extremes(StyledText sheet, FriendsGrid grid)
    {
        var known = grid.Rows.Where(r => double.IsFinite(r.SuccessRate)).ToList();
        if (known.Count == 0) return;
        sheet.Line($"{Extreme("lowest", known.MinBy(r => r.SuccessRate)!)}, {Extreme("highest", known.MaxBy(r => r.SuccessRate)!)}");
    }

    static string Extreme(string name, FriendsRow row) =>
        $"{name} {NumberText.Percent(row.SuccessRate)} at ({NumberText.Number(row.NoiseStd)}, {NumberText.Number(row.ClipThreshold)})";

    static string Count(long count) => count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
