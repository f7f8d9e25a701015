using System.CommandLine;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Journals;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>status</c> shows how far a sweep is, what failed, and how to go on; without a sweep, every sweep of the folder of
/// results.</summary>
static class StatusCommand
{
    public static Command Make()
    {
        var sweep = new Argument<string?>(
            "sweep")
        {
            Description = "The sweep file, its folder of results, or its name; by default every sweep of --out.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var yes = Options.Yes();
        var command = new Command("status",
            "Show how far a sweep is, what failed and why, and how to go on; without a sweep, list all sweeps.")
        {
            Arguments.Given(sweep!), yes, Arguments.Json,
        };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (console, json) = (Arguments.Console(parsed), parsed.GetValue(Arguments.Json));
                if (parsed.GetValue(sweep) is { } name) One(console, SweepCommand.Look(parsed, console, name, parsed.GetValue(yes), ct),
                    json);
                else All(console, parsed.GetValue(Options.Out)!, json);
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    static void All(IAnsiConsole console, string results, bool json)
    {
        var states = ResultFolders.Of(results).Select(FolderState.Listed).ToList();
        if (json) console.Json(new SweepsDocument(states));
        else if (states.Count == 0)
        {
            console.Line($"{ShellPath.Place(results)} holds no results yet. Run a sweep with:");
            console.Line($"  {ShellPath.Program} run SWEEP.yaml");
        }
        else
        {
            var table = new TextTable("sweep", "state", "cells", "done", "failed", "last cell") { Numbers = { "cells", "done", "failed" } };
            foreach (var s in states)
            {
                var last = s.LastCell is { } moment ? NumberText.Moment(moment) : "";
                table.Add([s.Id, s.State, Number(s.Cells), Number(s.Done), Number(s.Failed), last],
                    s.Failed > 0 ? new Style(Color.Red) : Style.Plain);
            }

            table.Write(console);
        }
    }

    static void One(IAnsiConsole console, Sweep sweep, bool json)
    {
        var state = FolderState.Of(sweep, sweep.Read());
        var (s, failures) = (state.Document, state.Failures);
        if (json)
        {
            console.Json(state.Status);
            return;
        }

        var pending = s.Cells - s.Done - s.Failed;
        StyledLine.Line(console, sweep.Plan.Name, new Style(decoration: Decoration.Bold));
        console.Line(
            FormattableString.Invariant($"  cells       {s.Cells:N0}: {s.Done:N0} done, {s.Failed:N0} failed, {pending:N0} pending"));
        if (s.Submitted is { } started) console.Line($"  started     {NumberText.Moment(started)}");
        if (s.LastCell is { } last) console.Line($"  last cell   {NumberText.Moment(last)}");
        var running = FolderLock.IsHeld(sweep.Folder, out var holder);
        console.Line($"  running     {(running ? $"yes{(holder is null ? "" : $", process {holder}")}" : "no")}");
        console.Line($"  folder      {ShellPath.Place(sweep.Folder)}");
        if (failures.Count > 0)
        {
            console.Line();
            FailureList.Draw(console, "Failed, by reason:", failures);
        }

        console.Line();
        if (running) console.Line("A run is going on. See what it has found so far with:");
        else if (pending > 0) console.Line(s.Done + s.Failed == 0 ? "Nothing has run yet. Start with:" : "Go on with:");
        else console.Line(s.Failed > 0 ? "Run the failed cells again with:" : "Nothing is left to run. Look at the results with:");
        console.Line("  " + (running || (pending == 0 && s.Failed == 0) ? ShellPath.Command("curve", sweep.Folder)
            : pending == 0 ? ShellPath.Command("retry", sweep.Folder)
            : sweep.Start));
    }

    static string Number(int count) => FormattableString.Invariant($"{count}");
}
