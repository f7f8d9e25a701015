using System.CommandLine;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>status</c>: how far a sweep is, what failed, and how to go on.</summary>
static class StatusCommand
{
    public static Command Make() => SweepCommand.Make("status", "Show how far a sweep is, what failed and why, and how to go on.", [], (_, console, sweep, journal) =>
    {
        var outcomes = sweep.Outcomes(journal.Find);
        var failed = outcomes.Select(o => o.Result).OfType<CellResult>().Where(r => r.Status == CellStatus.Failed).ToList();
        var (done, skipped) = (outcomes.Count(o => o.Status == CellStatus.Done), outcomes.Count(o => o.Status == CellStatus.Skipped));
        var pending = outcomes.Count - done - failed.Count - skipped;
        var running = FolderLock.IsHeld(sweep.Folder, out var holder);

        StyledLine.Line(console, sweep.Plan.Name, new Style(decoration: Decoration.Bold));
        var left = skipped > 0 ? FormattableString.Invariant($", {skipped:N0} skipped") : "";
        console.Line(FormattableString.Invariant($"  cells       {outcomes.Count:N0}: {done:N0} done, {failed.Count:N0} failed, {pending:N0} pending{left}"));
        if (File.Exists(Path.Combine(sweep.Folder, Journal.FileName))) Times(console, sweep.Folder);
        console.Line($"  running     {(running ? $"yes{(holder is null ? "" : $", process {holder}")}" : "no")}");
        console.Line($"  folder      {ShellPath.Place(sweep.Folder)}");
        if (failed.Count > 0)
        {
            console.Line();
            FailureList.Draw(console, "Failed, by reason:", failed.Select(f => (f.Cell.Value, f.Error ?? "no reason is known")));
        }

        console.Line();
        if (running) console.Line("A run is going on; what it has found so far:");
        else if (pending > 0) console.Line(done + failed.Count == 0 ? "Nothing has run yet; start with:" : "Go on with:");
        else console.Line(failed.Count > 0 ? "Run the failed cells again with:" : "Nothing is left to run; look at the results with:");
        console.Line("  " + (running || (pending == 0 && failed.Count == 0) ? ShellPath.Command("curve", sweep.Folder)
            : pending == 0 ? ShellPath.Command("retry", sweep.Folder)
            : sweep.Start));
        return ExitCode.Done;
    });

    static void Times(IAnsiConsole console, string folder)
    {
        var file = new FileInfo(Path.Combine(folder, Journal.FileName));
        console.Line($"  started     {NumberText.Moment(file.CreationTimeUtc)}");
        console.Line($"  last cell   {NumberText.Moment(file.LastWriteTimeUtc)}");
    }
}
