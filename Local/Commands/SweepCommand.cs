using System.CommandLine;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Journals;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary>What the verbs have in common that look at a sweep's results and change nothing.</summary>
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
                var opened = Look(console, parsed.GetValue(sweep)!, parsed.GetValue(Options.Out)!, parsed.GetValue(yes), ct);
                return look(parsed, console, opened, opened.Read());
            },
            ct));
        return command;
    }

    /// <summary>A folder of results is a sweep that was confirmed when it was run.</summary>
    public static Sweep Open(IAnsiConsole console, string path, string results, bool confirmed, CancellationToken ct) =>
        Sweep.Open(path, results, confirmed || Directory.Exists(path), new Notes(console), ct);

    /// <summary>For its results alone: neither data nor model files are needed.</summary>
    public static Sweep Look(IAnsiConsole console, string path, string results, bool confirmed, CancellationToken ct) =>
        Sweep.Look(path, results, confirmed || Directory.Exists(path), new Notes(console), ct);

    /// <summary>Says that there is nothing to show yet, and what to do; true if there is nothing.</summary>
    public static bool SaysEmpty(IAnsiConsole console, Sweep sweep, JournalContent journal)
    {
        if (journal.Results.Count > 0) return false;
        console.Line($"No cell of {sweep.Plan.Name} is finished yet. Run the sweep with:");
        console.Line($"  {sweep.Start}");
        return true;
    }
}

sealed class Notes(IAnsiConsole console) : IProgress<string>
{
    public void Report(string value) => console.Line(value);
}
