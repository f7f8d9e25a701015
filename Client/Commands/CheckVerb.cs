using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Views;

namespace Grid.Client.Commands;

/// <summary><c>check</c> says whether the results can be believed, worst first.</summary>
static class CheckVerb
{
    public static Command Make() =>
        Verb.OnSweep("check", "Check a sweep's results by the rules of sound evaluation. The exit code is 3 if a rule fails.",
            [Arguments.Json], async (call, sweep) =>
            {
                var cells = await SweepCells.Fetch(call.Gateway.Sweep(sweep));
                if (call.WantsJson) return CheckList.Write(call.Console, sweep, cells.Outcomes, Catalogue.Traits);
                return CheckList.Draw(call.Console, cells.Heading.Name, cells.Outcomes, Catalogue.Traits);
            });
}
