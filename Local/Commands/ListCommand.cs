using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Catalog;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>list</c>: the catalogue.</summary>
static class ListCommand
{
    static readonly (string Word, string Category)[] Kinds =
    [
        ("attacks", Category.Attack), ("defenses", Category.Defense), ("datasets", Category.Dataset), ("models", Category.Model), ("layers", Category.Layer),
        ("optimizers", Category.Optimizer), ("schedules", Category.Schedule), ("training", Category.Training), ("evaluation", Category.Evaluation),
    ];

    public static Command Make()
    {
        var kind = new Argument<string?>("kind") { Description = "attacks, defenses, datasets, models, layers, optimizers, schedules, training or evaluation.", Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("name") { Description = "One of them, to see its parameters.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "List what a sweep can name: attacks, defenses, data sets, models and their parameters.") { kind, name };
        command.SetAction(parsed =>
        {
            Show(Arguments.Console(parsed), parsed.GetValue(kind), parsed.GetValue(name));
            return ExitCode.Done;
        });
        return command;
    }

    static void Show(IAnsiConsole console, string? kind, string? name)
    {
        if (kind is null)
        {
            AllKinds(console);
            return;
        }

        var category = Kinds.FirstOrDefault(k => k.Word == kind || k.Category == kind).Category;
        if (category is null)
        {
            // The name of an entry alone is clear enough.
            var entries = name is null ? Kinds.Select(k => Catalogue.Vocabulary.Find(k.Category, kind)).OfType<Entry>().ToList() : [];
            if (entries.Count == 0) throw new RefusedException($"list {kind}: there is no such kind; {NameSuggestion.Remedy(kind, Kinds.Select(k => k.Word).Concat(All().Select(e => e.Name)).Distinct())}");
            foreach (var entry in entries) CatalogView.Show(console, entry);
            return;
        }

        var known = Catalogue.Vocabulary.In(category).ToList();
        if (name is null && known.Count > 1)
        {
            CatalogView.List(console, known);
            console.Line($"The parameters of one: {ShellPath.Program} list {kind} {known[^1].Name}");
            return;
        }

        CatalogView.Show(console, name is null ? known[0] : Catalogue.Vocabulary.Find(category, name)
            ?? throw new RefusedException($"list {kind} {name}: there is no such {category}; {NameSuggestion.Remedy(name, known.Select(e => e.Name))}"));
    }

    static void AllKinds(IAnsiConsole console)
    {
        foreach (var (word, category) in Kinds)
        {
            var entries = Catalogue.Vocabulary.In(category).ToList();
            Prose.Write(console, entries.Count == 1 && entries[0].Name == word
                ? $"  {word,-10}      {entries[0].Parameters.Count} parameters: {string.Join(", ", entries[0].Parameters.Select(p => p.Name))}"
                : $"  {word,-10}  {entries.Count,2}  {string.Join(", ", entries.Select(e => e.Name))}", indent: 18);
        }

        console.Line();
        console.Line($"More of a kind, or of one entry: {ShellPath.Program} list attacks, {ShellPath.Program} list attacks pgd");
    }

    static IEnumerable<Entry> All() => Kinds.SelectMany(k => Catalogue.Vocabulary.In(k.Category));
}
