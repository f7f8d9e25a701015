using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Views;

namespace Grid.Local.Commands;

/// <summary><c>check</c>: whether the results can be believed, worst first.</summary>
static class CheckCommand
{
    public static Command Make() => SweepCommand.Make(
        "check", "Hold a sweep's results against the rules of sound evaluation; exit code 3 if one fails.", [Arguments.Json], (parsed, console, sweep, journal) =>
            parsed.GetValue(Arguments.Json) ? CheckList.Write(console, sweep.Plan.Folder, sweep.Outcomes(journal.Find), Catalogue.Traits)
            : SweepCommand.SaysEmpty(console, sweep, journal) ? ExitCode.Done
            : CheckList.Draw(console, sweep.Plan.Name, sweep.Outcomes(journal.Find), Catalogue.Traits));
}
