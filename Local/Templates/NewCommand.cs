using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Local.Templates;

/// <summary><c>new</c>: a commented sweep file to begin with.</summary>
static class NewCommand
{
    public static Command Make()
    {
        var file = Arguments.Given(new Argument<string>("file") { Description = "The sweep file to write, such as my-sweep.yaml." });
        var dataset = Named("--dataset", Category.Dataset, "digits");
        var model = Named("--model", Category.Model, "cnn");
        var attack = Named("--attack", Category.Attack, "pgd");
        var command = new Command("new", "Write a commented sweep file to begin with.") { file, dataset, model, attack, Arguments.Json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (Path.GetExtension(path).Length == 0) path += ".yaml";
            if (Path.Exists(path)) throw new RefusedException($"{path}: it is there already; choose another name, or remove it first");
            var text = Text(Path.GetFileNameWithoutExtension(path), parsed.GetValue(dataset)!, parsed.GetValue(model)!,
                parsed.GetValue(attack)!);
            // Whatever was asked for, what is written can be run.
            SweepFile.Parse(text, path, Catalogue.Vocabulary);
            File.WriteAllText(path, text);
            var console = Arguments.Console(parsed);
            if (parsed.GetValue(Arguments.Json))
            {
                console.Json(new FilesDocument([Path.GetFullPath(path)]));
                return ExitCode.Done;
            }

            console.Line($"{ShellPath.Place(path)} is written. See what it would run, and run it:");
            console.Line($"  {ShellPath.Command("plan", path)}");
            console.Line($"  {ShellPath.Command("run", path)}");
            return ExitCode.Done;
        });
        return command;
    }

    static Option<string> Named(string name, string category, string otherwise)
    {
        var option = new Option<string>(name)
        {
            Description = $"One of grid list {category}s; by default {otherwise}.",
            HelpName = "name",
            DefaultValueFactory = _ => otherwise
        };
        option.CompletionSources.Add(_ =>
            Catalogue.Vocabulary.In(category).Select(e => new System.CommandLine.Completions.CompletionItem(e.Name)));
        return option;
    }

    internal static string Text(string name, string dataset, string model, string attack) => $"""
        # What is attacked, with what, and how strongly: every combination is measured. grid list shows what may stand here,
        # grid plan FILE what this would run, docs/sweep-files.md everything a sweep file can say.
        name: {name}                  # names the folder of results

        dataset: {dataset}            # a list sweeps over several: [digits, mnist]
        model: {model}
        training: {"{"}epochs: 3{"}"}           # see grid list training

        attack: {attack}              # with settings: {"{"}{attack}: {"{"}...{"}"}{"}"}; each may be a list, too
        defense: [none, median-filter]
        strength: {Strengths(attack)} # 0 is always measured as well, as the control

        seeds: 2                      # every cell that often, for intervals
        evaluation: {"{"}samples: 200{"}"}      # see grid list evaluation

        # limits: {"{"}timeout: 10m, failures: 20, concurrency: 4{"}"}
        # retries: {"{"}attempts: 3, backoff: 5s{"}"}
        # priority: 0                 # on a cluster, -100 to 100
        # exclude: ...                # combinations that are not wanted; see docs/sweep-files.md

        """;

    /// <summary>Three within what the attack takes.</summary>
    static string Strengths(string attack) => Catalogue.Vocabulary.Find(Category.Attack, attack)?.Strength switch
    {
        { Kind: ParameterKind.Integer, High: <= 1 } => "[0, 1]",
        { Kind: ParameterKind.Integer } => "[1, 2, 5]",
        _ => "[0.05, 0.1, 0.2]",
    };
}
