using System.CommandLine;
using Grid.Presentation.Views;

namespace Grid.Local.Commands;

/// <summary><c>cells</c> prints a row for each cell.</summary>
static class CellsCommand
{
    public static Command Make()
    {
        var query = new CellQuery();
        return SweepCommand.Make("cells", "List the cells of a sweep with what they measured.", query.Options,
            (parsed, console, sweep, journal) =>
                query.Show(parsed, console, sweep.Plan.Folder, sweep.Outcomes(journal.Find), sweep.Terms));
    }
}
