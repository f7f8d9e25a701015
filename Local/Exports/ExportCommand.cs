using System.CommandLine;
using Grid.Local.Commands;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Exports;
using Grid.Web;

namespace Grid.Local.Exports;

/// <summary><c>export</c> writes tables and report anew from the journal, also while a run goes on.</summary>
static class ExportCommand
{
    public static Command Make()
    {
        var to = Arguments.Text("--to", "Folder to write to; by default the sweep's own.", "folder");
        var format = ExportFormat.Option();
        return SweepCommand.Make("export",
            "Write the tables and the report anew from what is finished so far, or write files for other programs.",
                [to, format, Arguments.Json], (parsed, console, sweep, journal) =>
        {
            var json = parsed.GetValue(Arguments.Json);
            if (!json && SweepCommand.SaysEmpty(console, sweep, journal)) return ExitCode.Done;
            var folder = Path.GetFullPath(parsed.GetValue(to) ?? sweep.Folder);
            var findings = sweep.Findings(journal.Find);
            var strips = ExportFormat.WantsTables(parsed.GetValue(format)) ? ReportStrips.Of(sweep, findings, CancellationToken.None) : [];
            var written = ExportFormat.Write(parsed.GetValue(format), findings, OutputFolder.Create(folder, "--to"),
                TimeProvider.System, f => ReportFile.Text(f, TimeProvider.System, strips)).GetAwaiter().GetResult();
            ExportFormat.Tell(console, written, findings, json);
            return ExitCode.Done;
        });
    }
}
