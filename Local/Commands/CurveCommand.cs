using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;

namespace Grid.Local.Commands;

/// <summary><c>curve</c>: the pictures of what is known so far.</summary>
static class CurveCommand
{
    public static Command Make()
    {
        var metric = Arguments.Text("--metric", "What to draw; by default robust_accuracy.", "name");
        return SweepCommand.Make("curve", "Draw the security evaluation curves and the FRIENDS grid of a sweep.", [metric], (parsed, console, sweep, journal) =>
        {
            if (SweepCommand.SaysEmpty(console, sweep, journal)) return ExitCode.Done;
            var findings = sweep.Findings(journal.Find);
            Summary.Draw(console, findings.Friends, findings.Curves, Catalogue.Traits, parsed.GetValue(metric));
            if (sweep.Plan.ChoosesStrengths && parsed.GetValue(metric) is null) CrossingTable.Draw(console, findings.Summaries);
            return ExitCode.Done;
        });
    }
}
