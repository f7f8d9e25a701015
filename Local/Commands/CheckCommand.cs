using System.CommandLine;
using System.CommandLine.Invocation;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Checks;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>check</c> says whether the results can be believed, worst first, or what a rule means.</summary>
static class CheckCommand
{
    public static Command Make()
    {
        var explain = Arguments.Text("--explain", "Explain a rule, such as H4, and its remedy. No sweep is needed.", "rule");
        var command = SweepCommand.Make(
            "check", "Check a sweep's results by the rules of sound evaluation. The exit code is 3 if a rule fails.",
            [Arguments.Json, explain],
            (parsed, console, sweep, journal) =>
                parsed.GetValue(Arguments.Json) ? CheckList.Write(console, sweep.Plan.Folder, sweep.Outcomes(journal.Find),
                    Catalogue.Traits)
                : SweepCommand.SaysEmpty(console, sweep, journal) ? ExitCode.Done
                : CheckList.Draw(console, sweep.Plan.Name, sweep.Outcomes(journal.Find), Catalogue.Traits));
        var (sweep, check) = (command.Arguments[0], (AsynchronousCommandLineAction)command.Action!);
        sweep.Arity = ArgumentArity.ZeroOrOne;
        command.SetAction((parsed, ct) => parsed.GetValue(explain) is { } rule ? Task.FromResult(Explain(Arguments.Console(parsed), rule))
            : parsed.GetResult(sweep) is { Tokens.Count: > 0 } ? check.InvokeAsync(parsed, ct)
            : throw new RefusedException($"{ShellPath.Program} check: <sweep> is missing; see '{ShellPath.Program} check --help'"));
        return command;
    }

    static int Explain(IAnsiConsole console, string id)
    {
        if (RuleGuide.Find(id) is not { } guide)
            throw new RefusedException(
                $"--explain {id}: there is no such rule; the rules are {string.Join(", ", RuleGuide.All.Select(g => g.Id))}");
        foreach (var (_, text) in EvaluationChecks.Rules.Where(r => r.Id == guide.Id))
            TextWrap.Write(console, $"{guide.Id,-3} {text}", indent: 4, new Style(decoration: Decoration.Bold));
        console.Line();
        TextWrap.Write(console, guide.Meaning);
        console.Line();
        TextWrap.Write(console, $"Remedy: {guide.Remedy}");
        return ExitCode.Done;
    }
}
