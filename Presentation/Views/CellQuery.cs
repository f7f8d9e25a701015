using System.CommandLine;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>The options of <c>cells</c>, and the table that answers them.</summary>
public sealed class CellQuery
{
    readonly Option<string?> _status = Arguments.Word("--status", "Show only cells of this status.", "done", "failed", "pending");
    readonly Option<bool> _failed = new("--failed") { Description = "The same as --status failed." };
    readonly Option<string?> _attack = Arguments.Text("--attack", "Show only cells of this attack.", "name");
    readonly Option<string?> _defense = Arguments.Text("--defense", "Show only cells of this defense.", "name");
    readonly Option<int> _limit = Arguments.Count("--limit", "Show at most this number of rows.");

    readonly Option<bool> _classes = new(
        "--classes")
    { Description = "Show the scores and confusion matrices of each class instead, under poison and clean." };

    public IEnumerable<Option> Options => [_status, _failed, _attack, _defense, _limit, _classes, Arguments.Json];

    /// <param name="sweep">Id of the sweep.</param>
    /// <param name="all">Every cell of the sweep.</param>
    /// <exception cref="RefusedException">The sweep has no such attack or defense.</exception>
    public int Show(ParseResult parsed, IAnsiConsole console, string sweep, IReadOnlyList<CellOutcome> all, CatalogTraits terms)
    {
        var (status, attack, defense) =
            (parsed.GetValue(_failed) ? "failed" : parsed.GetValue(_status), parsed.GetValue(_attack), parsed.GetValue(_defense));
        Known("--attack", attack, all.Select(c => c.Cell.Attack.Name));
        Known("--defense", defense, all.Select(c => c.Cell.Defense.Name));
        var wanted = all.Where(c =>
            (status is null || status == CellTable.Text(c.Status)) && (attack is null || attack == c.Cell.Attack.Name)
            && (defense is null || defense == c.Cell.Defense.Name)).ToList();
        var most = parsed.GetValue(_limit) is > 0 and var l ? l : int.MaxValue;
        if (parsed.GetValue(Arguments.Json))
            console.Json(new CellsDocument(sweep, wanted.Count, 0, [.. CellDocument.Of(all, wanted.Take(most), terms)]));
        else if (parsed.GetValue(_classes)) Classes(console, all, wanted, most, terms);
        else if (wanted.Count == 0) console.Line("No cell matches.");
        else CellTable.Draw(console, all, [.. wanted.Take(most)], wanted.Count - Math.Min(most, wanted.Count), terms);
        return ExitCode.Done;
    }

    static void Classes(
        IAnsiConsole console, IReadOnlyList<CellOutcome> all, IReadOnlyList<CellOutcome> wanted, int most, CatalogTraits terms)
    {
        var kept = wanted.Select(c => c.Id).ToHashSet();
        // Controls are looked up among all cells, and names depend on the whole plan.
        var classes = PoisonedClasses.Of([.. all.Where(c => kept.Contains(c.Id) || c.Cell is { Strength: 0, Poison: null })], terms);
        if (classes.Count == 0) console.Line("No finished cell that matches has a poisoned model.");
        foreach (var p in classes.Take(most)) ClassesView.Draw(console, p);
        if (classes.Count > most) console.Line($"... and {classes.Count - most} more");
    }

    static void Known(string option, string? name, IEnumerable<string> names)
    {
        var known = names.Distinct().ToList();
        if (name is null || known.Contains(name)) return;
        throw new RefusedException($"{option} {name}: the sweep has no such cell; {NameSuggestion.Remedy(name, known)}");
    }
}
