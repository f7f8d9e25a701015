using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Contracts;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Exports;
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Web;
using Grid.Web.Findings;
using Grid.Web.Sources;

namespace Grid.Client.Commands;

/// <summary><c>export</c> writes a sweep as a folder of results like those of <c>grid run</c>, which <c>grid</c> can look at and go
/// on with.</summary>
static class ExportVerb
{
    public static Command Make()
    {
        var to = Arguments.Text("--to", "Folder to write to; by default the folder of the sweep's id in results.", "folder");
        var format = ExportFormat.Option();
        return Verb.OnSweep("export",
            "Write the tables, the report and the journal of a sweep from what is finished so far, or write files for other programs.",
            [to, format, Arguments.Json], async (call, sweep) =>
            {
                var folder = OutputFolder.Create(Path.GetFullPath(call.Parsed.GetValue(to) ?? Path.Combine("results", sweep)), "--to");
                var cells = await Fetch(call, sweep, folder);
                var file = Path.Combine(folder, "sweep.yaml");
                AtomicFile.Write(file, writer => writer.Write(cells.Heading.Spec));
                // With plan.json, grid looks at the folder without data and model files.
                if (cells.PlanFile is { } plan) AtomicFile.Write(Path.Combine(folder, PlanFile.FileName), writer => writer.Write(plan));
                var findings = cells.Findings;
                var strips = ExportFormat.WantsTables(call.Parsed.GetValue(format)) ? await Strips(call.Gateway, sweep, findings) : [];
                var tables = await ExportFormat.Write(call.Parsed.GetValue(format), findings, folder, TimeProvider.System,
                    f => ReportFile.Text(f, TimeProvider.System, strips));
                var others = new[] { Journal.FileName, PlanFile.FileName }.Select(name => Path.Combine(folder, name)).Where(File.Exists);
                ExportFormat.Tell(call.Console, [.. tables, .. others, file], findings, call.WantsJson);
                return ExitCode.Done;
            });
    }

    /// <summary>Images of a few cells, made by a silo that has their models.</summary>
    static async Task<IReadOnlyList<CellStrip>> Strips(Gateway gateway, string sweep, SweepReport findings)
    {
        var strips = new List<CellStrip>();
        foreach (var cell in StripCells.Of(findings))
        {
            try
            {
                if (await gateway.Desk.Images(sweep, cell.Id.Value, CellStrip.Samples) is { } images)
                    strips.Add(CellStrip.Of(cell, images));
            }
            catch (Exception e) when (e is GridException or ClusterException)
            {
                // Samples that are no images, a model that is on another silo, a cluster of an older version: a report without is a report.
            }
        }

        return strips;
    }

    // The journal is written as the results come, whole; what the tables need of them stays in memory.
    static async Task<SweepCells> Fetch(Call call, string sweep, string folder)
    {
        Journal? journal = null;
        try
        {
            using var progress = new FetchProgress(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
            return await SweepCells.Fetch(call.Gateway.Sweep(sweep), progress.Show, heading =>
            {
                // The journal is opened first, for it refuses the folder of another sweep.
                journal =
                    Journal.Open(folder, new(heading.Name, heading.PlanHash, heading.Version), TimeProvider.System, keepsResults: false);
                return result =>
                {
                    if (journal.Find(result.Cell)?.Status != result.Status) journal.Append(result);
                };
            });
        }
        finally
        {
            journal?.Dispose();
        }
    }
}
