using System.CommandLine;
using Grid.Local.Drawing;
using Grid.Local.Runs;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>cells</c>: a row for each cell.</summary>
static class CellsCommand
{
    static readonly string[] Measures = [Metric.CleanAccuracy, Metric.RobustAccuracy, Metric.AttackSuccessRate];

    public static Command Make()
    {
        var status = Arguments.Word("--status", "Only cells of this status.", "done", "failed", "pending");
        var attack = Arguments.Text("--attack", "Only cells of this attack.", "name");
        var defense = Arguments.Text("--defense", "Only cells of this defense.", "name");
        var limit = Arguments.Count("--limit", "No more rows than this.");
        var classes = new Option<bool>("--classes") { Description = "Instead: scores and confusion matrices of each class under poison, beside the clean ones." };
        return SweepCommand.Make("cells", "List the cells of a sweep with what they measured.", [status, attack, defense, limit, classes], (parsed, console, sweep, journal) =>
        {
            var all = sweep.Outcomes(journal.Find);
            Known("--attack", parsed.GetValue(attack), all.Select(c => c.Cell.Attack.Name));
            Known("--defense", parsed.GetValue(defense), all.Select(c => c.Cell.Defense.Name));
            var wanted = all.Where(c =>
                (parsed.GetValue(status) is not { } s || s == Text(c.Status))
                && (parsed.GetValue(attack) is not { } a || a == c.Cell.Attack.Name)
                && (parsed.GetValue(defense) is not { } d || d == c.Cell.Defense.Name)).ToList();
            var most = parsed.GetValue(limit) is > 0 and var l ? l : int.MaxValue;
            if (parsed.GetValue(classes)) Classes(console, all, wanted, most);
            else if (wanted.Count == 0) console.Line("No cell is like that.");
            else Draw(console, all, [.. wanted.Take(most)], wanted.Count - Math.Min(most, wanted.Count));
            return ExitCode.Done;
        });
    }

    static void Classes(IAnsiConsole console, IReadOnlyList<CellOutcome> all, IReadOnlyList<CellOutcome> wanted, int most)
    {
        var kept = wanted.Select(c => c.Id).ToHashSet();
        // Controls are looked up among all cells, and names depend on the whole plan.
        var classes = PoisonedClasses.Of([.. all.Where(c => kept.Contains(c.Id) || c.Cell is { Strength: 0, Poison: null })], Sweep.Terms);
        if (classes.Count == 0) console.Line("No cell like that has a poisoned model that is done.");
        foreach (var p in classes.Take(most)) ClassesView.Draw(console, p);
        if (classes.Count > most) console.Line($"... and {classes.Count - most} more");
    }

    static void Known(string option, string? name, IEnumerable<string> names)
    {
        var known = names.Distinct().ToList();
        if (name is null || known.Contains(name)) return;
        throw new RefusedException($"{option} {name}: the sweep has no such cell; {Names.Remedy(name, known)}");
    }

    static void Draw(IAnsiConsole console, IReadOnlyList<CellOutcome> all, IReadOnlyList<CellOutcome> cells, int more)
    {
        var names = new CellNames(all, Sweep.Terms);
        // A column that says the same of every cell of the sweep says nothing.
        var texts = new (string Name, Func<CellOutcome, string> Of)[]
        {
            ("dataset", c => names.Of(c.Cell).Dataset), ("model", c => names.Of(c.Cell).Model), ("poison", c => names.Of(c.Cell).Poison),
            ("attack", c => names.Of(c.Cell).Attack), ("defense", c => names.Of(c.Cell).Defense),
        }.Where(t => t.Name is "attack" or "defense" || all.Select(t.Of).Distinct().Skip(1).Any()).ToList();
        var measures = Measures.Where(m => cells.Any(c => c.Measured(m) is not null)).ToList();
        var failed = cells.Any(c => c.Status == CellStatus.Failed);
        var table = new TextTable(["cell", .. texts.Select(t => t.Name), "strength", "seed", "status", .. measures.Select(Short), .. failed ? ["reason"] : Array.Empty<string>()]);
        table.Numbers.UnionWith(["strength", "seed", .. measures.Select(Short)]);
        foreach (var c in cells)
        {
            table.Add(
            [
                CellSearch.Short(c.Id), .. texts.Select(t => t.Of(c)), Canonical.Number(c.Cell.Strength), Canonical.Number(c.Cell.Seed), Text(c.Status),
                .. measures.Select(m => c.Measured(m) is { } value ? Figures.Points(value.Value) : ""), .. failed ? [c.Result?.Error ?? ""] : Array.Empty<string>(),
            ],
            c.Status == CellStatus.Failed ? new Style(Color.Red) : null);
        }

        table.Write(console);
        if (more > 0) console.Line($"... and {more} more");
        console.Line();
        Prose.Write(console, $"{(measures.Count > 0 ? "Rates in %; everything measured is in cells.csv. " : "")}'cell' begins the hash at the end of a cell's name.");
    }

    static string Short(string metric) => metric switch
    {
        Metric.CleanAccuracy => "clean",
        Metric.RobustAccuracy => "robust",
        _ => "success",
    };

    static string Text(CellStatus status) => status.ToString().ToLowerInvariant();
}
