using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Catalog;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>list</c> prints the catalogue.</summary>
static class ListCommand
{
    static readonly (string Word, string Category)[] Kinds =
    [
        ("attacks", Category.Attack), ("defenses", Category.Defense), ("datasets", Category.Dataset), ("models", Category.Model),
        ("layers", Category.Layer),
        ("optimizers", Category.Optimizer), ("schedules", Category.Schedule), ("training", Category.Training),
        ("evaluation", Category.Evaluation),
    ];

    public static Command Make()
    {
        var kind = new Argument<string?>(
            "kind")
        {
            Description = "One of attacks, defenses, datasets, models, layers, optimizers, schedules, training and evaluation.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var name = new Argument<string?>("name") { Description = "An entry, to see its parameters.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "List the catalogue, which is what a sweep can name. ('status' lists sweeps.)") { kind, name,
            Arguments.Json };
        command.SetAction(parsed =>
        {
            var (console, wanted) = (Arguments.Console(parsed), parsed.GetValue(kind));
            if (parsed.GetValue(Arguments.Json)) console.Json(CatalogDocument.Of(Entries(wanted, parsed.GetValue(name))));
            else Show(console, wanted, parsed.GetValue(name));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(IAnsiConsole console, string? kind, string? name)
    {
        var entries = Entries(kind, name);
        if (kind is null) AllKinds(console);
        else if (name is null && IsKind(kind) && entries.Count > 1)
        {
            CatalogView.List(console, entries);
            console.Line($"See the parameters of one with: {ShellPath.Program} list {kind} {entries[^1].Name}");
        }
        else
        {
            foreach (var entry in entries) CatalogView.Show(console, entry);
        }
    }

    /// <summary>All entries, the entries of a kind, or those of a name.</summary>
    /// <exception cref="RefusedException">There is no such kind or entry.</exception>
    static List<Entry> Entries(string? kind, string? name)
    {
        if (kind is null) return [.. All()];
        if (!IsKind(kind))
        {
            // The name of an entry alone is clear enough.
            var named = name is null ? Kinds.Select(k => Catalogue.Vocabulary.Find(k.Category, kind)).OfType<Entry>().ToList() : [];
            var known = Kinds.Select(k => k.Word).Concat(All().Select(e => e.Name)).Distinct();
            return named.Count > 0 ? named
                : throw new RefusedException($"list {kind}: there is no such kind; {NameSuggestion.Remedy(kind, known)}");
        }

        var category = Kinds.First(k => k.Word == kind || k.Category == kind).Category;
        var entries = Catalogue.Vocabulary.In(category).ToList();
        if (name is null) return entries;
        var suggestion = NameSuggestion.Remedy(name, entries.Select(e => e.Name));
        return [Catalogue.Vocabulary.Find(category, name)
            ?? throw new RefusedException($"list {kind} {name}: there is no such {category}; {suggestion}")];
    }

    static bool IsKind(string text) => Kinds.Any(k => k.Word == text || k.Category == text);

    static void AllKinds(IAnsiConsole console)
    {
        foreach (var (word, category) in Kinds)
        {
            var entries = Catalogue.Vocabulary.In(category).ToList();
            TextWrap.Write(console, entries.Count == 1 && entries[0].Name == word
                ? $"  {word,-10}      {entries[0].Parameters.Count} "
                    + $"parameters: {string.Join(", ", entries[0].Parameters.Select(p => p.Name))}"
                : $"  {word,-10}  {entries.Count,2}  {string.Join(", ", entries.Select(e => e.Name))}", indent: 18);
        }

        console.Line();
        console.Line($"See a kind or an entry with: {ShellPath.Program} list attacks, {ShellPath.Program} list attacks pgd");
        console.Line($"See the sweeps that were run here with: {ShellPath.Program} status");
    }

    static IEnumerable<Entry> All() => Kinds.SelectMany(k => Catalogue.Vocabulary.In(k.Category));
}
