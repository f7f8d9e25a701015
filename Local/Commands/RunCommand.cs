using System.CommandLine;
using Grid.Local.Drawing;
using Grid.Local.Runs;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Tables;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>run</c>, <c>resume</c> and <c>retry</c>: one thing, begun in three ways.</summary>
static class RunCommand
{
    public static Command Run() => Make(
        "run", "Run a sweep on this machine. Run again, it continues where it was.", Arguments.Sweep("The sweep file."), retry: false);

    public static Command Resume() => Make(
        "resume", "Continue a sweep from its folder of results.", Arguments.Sweep("The folder of results, or the sweep file."), retry: false);

    public static Command Retry() => Make(
        "retry", "Run the failed cells of a sweep again.", Arguments.Sweep("The folder of results, or the sweep file."), retry: true);

    static Command Make(string name, string description, Argument<string> sweep, bool retry)
    {
        var jobs = new Option<int>("--jobs", "-j") { Description = "Groups of cells run side by side; by default one a processor.", DefaultValueFactory = _ => 0 };
        var yes = new Option<bool>("--yes", "-y") { Description = "Run also a plan of more than ten million cells." };
        var command = new Command(name, description) { sweep, jobs, yes };
        command.SetAction((parsed, ct) => Execute(
            parsed.GetValue(sweep)!, parsed.GetValue(Arguments.Out)!, parsed.GetValue(jobs), parsed.GetValue(yes), retry, Arguments.Console(parsed), ct));
        return command;
    }

    static async Task<int> Execute(string path, string results, int jobs, bool confirmed, bool retry, IAnsiConsole console, CancellationToken ct)
    {
        if (jobs < 0) throw new RefusedException($"--jobs {jobs}: give how many groups to run side by side, 1 or more.");
        var clock = TimeProvider.System;
        var sweep = Sweep.Open(path, results, confirmed, new Notes(console), ct);
        using var journal = Journal.Open(sweep.Folder, sweep.Header, clock);
        AtomicFile.Write(Path.Combine(sweep.Folder, Sweep.SpecFile), writer => writer.Write(sweep.Spec.Text));
        AtomicFile.Write(Path.Combine(sweep.Folder, "plan.json"), writer => writer.Write(PlanFile.Of(sweep.Plan).Json()));
        var run = new SweepRun(sweep, journal, jobs, clock);
        if (retry) run.RetryFailed();
        var work = run.Run(ct);
        await ProgressView.Show(console, run.Snapshot, work, clock);
        var findings = new Findings(sweep, journal.Find);
        var written = findings.Write(sweep.Folder, clock);
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            var left = run.Progress;
            console.Line($"Interrupted with {left.Done} of {left.Total} cells done. Nothing finished is lost; continue with:");
            console.Line($"  {Program.Name} resume {Place(sweep.Folder)}");
            return ExitCode.Interrupted;
        }

        Summary.Draw(console, findings);
        console.Line();
        foreach (var file in written) console.Line(Place(file));
        console.Line();
        if (findings.Failed > 0)
        {
            console.Line($"{findings.Failed} of {findings.Outcomes.Count} cells failed; each names its reason. Run them again with:");
            console.Line($"  {Program.Name} retry {Place(sweep.Folder)}");
            return ExitCode.CellsFailed;
        }

        console.Line("Next, what the checks say of these curves:");
        console.Line($"  {Program.Name} check {Place(sweep.Folder)}");
        return ExitCode.Done;
    }

    /// <summary>The shorter of the full path and the one from here.</summary>
    static string Place(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        var place = relative.Length < path.Length ? relative : path;
        return place.Contains(' ', StringComparison.Ordinal) ? $"\"{place}\"" : place;
    }

    sealed class Notes(IAnsiConsole console) : IProgress<string>
    {
        public void Report(string value) => console.Line(value);
    }
}
