using System.CommandLine;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Spec;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary>What is common to the verbs that look at a sweep's results and change nothing.</summary>
static class SweepCommand
{
    public static Command Make(
        string name, string description, IEnumerable<Option> options, Func<ParseResult, IAnsiConsole, Sweep, JournalContent, int> look)
    {
        var sweep = Options.Sweep();
        var yes = Options.Yes();
        var command = new Command(name, description) { sweep };
        foreach (var option in options) command.Add(option);
        command.Add(yes);
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var console = Arguments.Console(parsed);
                var opened = Look(parsed, console, parsed.GetValue(sweep)!, parsed.GetValue(yes), ct);
                return look(parsed, console, opened, opened.Read());
            },
            ct));
        return command;
    }

    /// <summary>Whether a large sweep is accepted: a folder of results was confirmed when it was run.</summary>
    /// <param name="read">Gets what was read, before it is refused for its size or planned.</param>
    public static Sweep Open(
        ParseResult parsed, IAnsiConsole console, string name, bool confirmed, CancellationToken ct, Action<SweepSpec>? read = null)
    {
        var results = parsed.GetValue(Options.Out)!;
        var path = ResultFolders.Find(name, results);
        return Sweep.Open(path, results, confirmed || Directory.Exists(path), Notes.Of(parsed, console), ct, read);
    }

    /// <summary>Opens a sweep for its results alone: neither data nor model files are needed.</summary>
    public static Sweep Look(ParseResult parsed, IAnsiConsole console, string name, bool confirmed, CancellationToken ct)
    {
        var results = parsed.GetValue(Options.Out)!;
        var path = ResultFolders.Find(name, results);
        return Sweep.Look(path, results, confirmed || Directory.Exists(path), Notes.Of(parsed, console), ct);
    }

    /// <summary>Where no cell is finished, says so and what to do. True if no cell is finished.</summary>
    public static bool SaysEmpty(IAnsiConsole console, Sweep sweep, JournalContent journal)
    {
        if (journal.Results.Count > 0) return false;
        console.Line($"No cell of {sweep.Plan.Name} is finished yet. Run the sweep with:");
        console.Line($"  {sweep.Start}");
        return true;
    }
}

/// <summary>Prints notes on standard error while a sweep is opened, where no program reads them.</summary>
sealed class Notes(TextWriter writer) : IProgress<string>
{
    public static Notes Of(ParseResult parsed, IAnsiConsole console) =>
        new(parsed.GetValue(Arguments.Json) ? Console.Error : console.Profile.Out.Writer);

    public void Report(string value) => writer.WriteLine(value);
}
