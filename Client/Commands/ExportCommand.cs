using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;

namespace Grid.Client.Commands;

/// <summary><c>export</c>: a sweep as a folder of results like those of <c>grid run</c>, which <c>grid</c> can look at and go on with.</summary>
static class ExportCommand
{
    public static Command Make()
    {
        var to = Arguments.Text("--to", "Folder to write to; by default results/ and the sweep's id.", "folder");
        return Verb.OnSweep("export", "Write the tables, the report and the journal of a sweep, from what is finished so far.", [to], async (call, sweep) =>
        {
            var folder = Writable.Folder(Path.GetFullPath(call.Parsed.GetValue(to) ?? Path.Combine("results", sweep)), "--to");
            var cells = await SweepCells.Fetch(call.Gateway.Sweep(sweep));
            // First, for it refuses a folder of another sweep.
            Write(folder, cells);
            var file = Path.Combine(folder, "sweep.yaml");
            AtomicFile.Write(file, writer => writer.Write(cells.Heading.Spec));
            var findings = cells.Findings;
            foreach (var written in findings.Write(folder, TimeProvider.System).Append(Path.Combine(folder, Journal.FileName)).Append(file)) call.Console.Line(ShellPath.Place(written));
            var open = findings.Outcomes.Count - findings.Done - findings.Failed;
            if (open > 0) call.Console.Line($"{open} of {findings.Outcomes.Count} cells are not finished yet.");
            return ExitCode.Done;
        });
    }

    static void Write(string folder, SweepCells cells)
    {
        using var journal = Journal.Open(folder, cells.Header, TimeProvider.System);
        foreach (var cell in cells.Outcomes)
            if (cell.Result is { } result && journal.Find(cell.Id)?.Status != result.Status) journal.Append(result);
    }
}
