using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>Draws a row for each cell, with what it measured.</summary>
public static class CellTable
{
    static readonly string[] Measures = [Metric.CleanAccuracy, Metric.RobustAccuracy, Metric.AttackSuccessRate];

    /// <param name="all">Every cell of the sweep.</param>
    /// <param name="cells">The cells to show.</param>
    /// <param name="more">Number of cells that were left out.</param>
    public static void Draw(
        IAnsiConsole console, IReadOnlyList<CellOutcome> all, IReadOnlyList<CellOutcome> cells, int more, CatalogTraits terms)
    {
        var names = new CellNames(all, terms);
        // A column that has the same text for every cell is left out.
        var texts = new (string Name, Func<CellOutcome, string> Of)[]
        {
            ("dataset", c => names.Of(c.Cell).Dataset), ("model", c => names.Of(c.Cell).Model), ("poison", c => names.Of(c.Cell).Poison),
            ("attack", c => names.Of(c.Cell).Attack), ("defense", c => names.Of(c.Cell).Defense),
        }.Where(t => t.Name is "attack" or "defense" || all.Select(t.Of).Distinct().Skip(1).Any()).ToList();
        var measures = Measures.Where(m => cells.Any(c => c.Measured(m) is not null)).ToList();
        var failed = cells.Any(c => c.Status is CellStatus.Failed or CellStatus.Skipped);
        var table = new TextTable(["cell", .. texts.Select(t => t.Name), "strength", "seed", "status", .. measures.Select(Short),
            .. failed ? ["reason"] : Array.Empty<string>()]);
        table.Numbers.UnionWith(["strength", "seed", .. measures.Select(Short)]);
        foreach (var c in cells)
        {
            table.Add(
            [
                CellSearch.Short(c.Id), .. texts.Select(t => t.Of(c)), Canonical.Number(c.Cell.Strength),
                Canonical.Number(c.Cell.Seed), Text(c.Status),
                .. measures.Select(m => c.Measured(m) is { } value ? NumberText.Points(value.Value) : ""), .. failed
                    ? [c.Result?.Error ?? c.Skipped ?? ""] : Array.Empty<string>(),
            ],
            c.Status == CellStatus.Failed ? new Style(Color.Red) : Style.Plain);
        }

        table.Write(console);
        if (more > 0) console.Line($"... and {more} more");
        console.Line();
        TextWrap.Write(console,
            $"{(measures.Count > 0 ? "Rates are in %; cells.csv has all that was measured. " : "")}The column 'cell' has "
            + "the beginning of the hash in each cell's id.");
    }

    public static string Text(CellStatus status) => status.ToString().ToLowerInvariant();

    static string Short(string metric) => metric switch
    {
        Metric.CleanAccuracy => "clean",
        Metric.RobustAccuracy => "robust",
        _ => "success",
    };
}
