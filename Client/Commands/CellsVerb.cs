using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.Views;

namespace Grid.Client.Commands;

/// <summary><c>cells</c> prints a row for each cell.</summary>
static class CellsVerb
{
    public static Command Make()
    {
        var query = new CellQuery();
        return Verb.OnSweep("cells", "List the cells of a sweep with what they measured.", query.Options, async (call, sweep) =>
            query.Show(call.Parsed, call.Console, sweep, (await SweepCells.Fetch(call.Gateway.Sweep(sweep))).Outcomes, Catalogue.Traits));
    }
}
