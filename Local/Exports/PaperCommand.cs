using System.CommandLine;
using Grid.Local.Commands;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Web.Papers;

namespace Grid.Local.Exports;

/// <summary><c>paper</c> writes what a paper takes from a sweep.</summary>
static class PaperCommand
{
    public static Command Make()
    {
        var to = Arguments.Text("--to", "Folder to write to; by default 'paper' in the sweep's own folder.", "folder");
        return SweepCommand.Make("paper", "Write tables, figures, BibTeX and a methods paragraph for LaTeX.", [to, Arguments.Json],
            (parsed, console, sweep, journal) =>
        {
            var json = parsed.GetValue(Arguments.Json);
            if (!json && SweepCommand.SaysEmpty(console, sweep, journal)) return ExitCode.Done;
            var folder = OutputFolder.Create(Path.GetFullPath(parsed.GetValue(to) ?? Path.Combine(sweep.Folder, "paper")), "--to");
            var written = PaperFolder.Write(sweep.Findings(journal.Find), folder);
            if (json) console.Json(new FilesDocument(written));
            else foreach (var file in written) console.Line(ShellPath.Place(file));
            return ExitCode.Done;
        });
    }
}
