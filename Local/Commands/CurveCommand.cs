using System.CommandLine;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;

namespace Grid.Local.Commands;

/// <summary><c>curve</c> draws what is known so far.</summary>
static class CurveCommand
{
    public static Command Make()
    {
        var query = new CurveQuery();
        return SweepCommand.Make("curve", "Draw the security evaluation curves and the FRIENDS grid of a sweep.",
            [.. query.Options, Arguments.Json], (parsed, console, sweep, journal) =>
            {
                var json = parsed.GetValue(Arguments.Json);
                if (!json && SweepCommand.SaysEmpty(console, sweep, journal)) return ExitCode.Done;
                var (findings, filter) = (sweep.Findings(journal.Find), query.Of(parsed));
                if (json) console.Json(CurvesDocument.Of(sweep.Plan.Folder, filter.Of(findings.Curves), findings.Friends));
                else Summary.Draw(console, findings.Friends, findings.Curves, ShellPath.Command("curve", sweep.Folder),
                    filter);
                if (!json && sweep.Plan.ChoosesStrengths) CrossingTable.Draw(console, findings.Summaries);
                if (!json) TrialTable.Draw(console, findings.Trials);
                return ExitCode.Done;
            });
    }
}
