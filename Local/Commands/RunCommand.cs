using System.Collections.Concurrent;
using System.CommandLine;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Experiments.Plans;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Notices;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Files;
using Grid.Sweeps.Plans;
using Grid.Web;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>run</c>, <c>resume</c> and <c>retry</c> run what is left of a sweep; they differ in how it is named.</summary>
static class RunCommand
{
    const string SecretVariable = "GRID_NOTIFY_SECRET_FILE";

    static string? SecretFile => Environment.GetEnvironmentVariable(SecretVariable);

    public static Command Run() => Make(
        "run", "Run a sweep on this machine. The same command continues a sweep that was interrupted.",
        Options.Sweep("The sweep file."), retry: false);

    public static Command Resume() => Make(
        "resume", "Continue a sweep from its folder of results.", Options.Sweep("The folder of results, or the sweep file."), retry: false);

    public static Command Retry() => Make(
        "retry", "Run the failed cells of a sweep again.", Options.Sweep("The folder of results, or the sweep file."), retry: true);

    static Command Make(string name, string description, Argument<string> sweep, bool retry)
    {
        var jobs = Options.Jobs();
        var (device, budget, trim, yes) = (Options.Device(), CostText.Budget(), CostText.Trim(), Options.Yes());
        var command = new Command(name, description) { sweep, jobs, device, budget, trim, yes, Arguments.Json };
        command.SetAction((parsed, ct) =>
        {
            var console = Arguments.Console(parsed);
            return Task.Run(() =>
            {
                // A missing device is reported before anything is fetched. With auto none is missing, and none is opened for what is
                // light.
                var (name, most) = (parsed.GetValue(device)!, parsed.GetValue(jobs));
                Sweep Opened()
                {
                    var opened = SweepCommand.Open(parsed, console, parsed.GetValue(sweep)!, parsed.GetValue(yes), ct);
                    if (parsed.GetValue(budget) is { } limit) return Held(console, opened, limit, parsed.GetValue(trim), most, ct);
                    return parsed.GetValue(trim) ? throw new RefusedException("--trim goes with --budget; add --budget 2h") : opened;
                }

                var first = name == "auto" && Devices.KnowsCards ? Opened() : null;
                if (first is not null && SweepRun.IsLight(first)) name = "cpu";
                var said = new ConcurrentQueue<string>();
                var there = Devices.Open(name, say: said.Enqueue);
                var card = there is not CpuDevice;
                if (!card) there.Dispose();
                // Beside a card that was not asked for by name, the processors do what is too light for it.
                var beside = card && most == 0 && name == "auto" && Environment.ProcessorCount > 2;
                if (card && most == 0) most = beside ? Environment.ProcessorCount - 1 : 1;
                return Execute(
                    first ?? Opened(),
                    most, threads => Interlocked.Exchange(ref card, false) ? there : Devices.Open(name, threads, said.Enqueue), beside,
                        said, retry, console, parsed.GetValue(Arguments.Json), ct);
            });
        });
        return command;
    }

    static async Task<int> Execute(Sweep sweep, int jobs, Func<int, Device> device, bool beside, ConcurrentQueue<string> said, bool retry,
        IAnsiConsole console, bool json, CancellationToken ct)
    {
        var clock = TimeProvider.System;
        if (sweep.Spec.Limits.Notify is not null && SecretFile is { Length: > 0 } secret
            && (!File.Exists(secret) ? "there is no such file" : EndlessFile.MayBe(secret) ? EndlessFile.What : null) is { } lack)
            throw new RefusedException($"{SecretVariable}: {secret}: {lack}; name the secret's file, or unset it");
        using var journal = sweep.Claim(clock);
        var shared = EarlierSweeps.Of(sweep, () => OpenCells.Of(sweep.Plan, journal.Find).Ids(sweep.Plan), sharedAlone: true).Shared;
        foreach (var result in shared.Values) journal.Append(result);
        AtomicFile.Write(Path.Combine(sweep.Folder, Sweep.SpecFile), writer => writer.Write(sweep.Spec.Text));
        AtomicFile.Write(Path.Combine(sweep.Folder, PlanFile.FileName), writer => writer.Write(sweep.Written(clock).Json()));
        foreach (var line in sweep.Plan.IdleRules) said.Enqueue(line);
        var run = new SweepRun(sweep, journal, jobs, device, retry, clock, beside ? threads => new CpuDevice(threads) : null);
        var work = run.Run(ct);
        // A program reads standard output; a person may still watch standard error.
        await ProgressView.Show(json ? TerminalFeatures.OpenError() : console, run.Snapshot, work, clock);
        // Nothing else may write while progress is shown.
        foreach (var line in said.Distinct()) (json ? Console.Error : console.Profile.Out.Writer).WriteLine(line);
        var findings = sweep.Findings(journal.Find);
        IReadOnlyList<string> written = [];
        try
        {
            await work;
            var strips = ReportStrips.Of(sweep, findings, ct);
            written = findings.Write(sweep.Folder, f => ReportFile.Text(f, clock, strips));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            findings.Write(sweep.Folder, f => ReportFile.Text(f, clock));
            var left = run.Progress;
            if (json) throw;
            console.Line($"Interrupted with {left.Done} of {left.Total} cells done. Finished cells are kept; continue with:");
            console.Line($"  {ShellPath.Command("resume", sweep.Folder)}");
            return ExitCode.Interrupted;
        }
        catch (TooManyFailedException e)
        {
            findings.Write(sweep.Folder, f => ReportFile.Text(f, clock));
            await Tell(sweep, run, $"{e.Message}", clock);
            if (json)
            {
                console.Json(FolderState.Of(sweep, sweep.Read()).Status);
                Console.Error.WriteLine($"Stopped: {e.Message}.");
                return ExitCode.CellsFailed;
            }

            console.Line(
                $"Stopped: {e.Message}. {run.Progress.Done} of {run.Progress.Total} cells are done and kept. See what went wrong with:");
            console.Line($"  {ShellPath.Command("status", sweep.Folder)}");
            console.Line("Run the failed cells again, or allow more failures and go on without them, with:");
            console.Line($"  {ShellPath.Command("retry", sweep.Folder)}");
            console.Line(
                $"  {ShellPath.Command("resume", sweep.Folder)} (after a higher 'failures' "
                + $"in {ShellPath.Place(Path.Combine(sweep.Folder, Sweep.SpecFile))})");
            return ExitCode.CellsFailed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoppedException(
                $"{e.Message.TrimEnd('.')}; {run.Progress.Done} of {run.Progress.Total} cells are done and kept; "
                + $"continue with: {ShellPath.Command("resume", sweep.Folder)}", e);
        }

        await Tell(sweep, run, null, clock);
        if (json)
        {
            console.Json(FolderState.Of(sweep, sweep.Read()).Status);
            return findings.Failed > 0 ? ExitCode.CellsFailed : ExitCode.Done;
        }

        Summary.Draw(console, findings.Friends, findings.Curves, ShellPath.Command("curve", sweep.Folder));
        if (sweep.Plan.ChoosesStrengths) CrossingTable.Draw(console, findings.Summaries);
        TrialTable.Draw(console, findings.Trials);
        if (findings.Classes.Count > 0)
        {
            ClassesView.Overview(console, findings.Classes);
            console.Line("See the scores and confusion matrices of every class with:");
            console.Line($"  {ShellPath.Command("cells", sweep.Folder)} --classes");
        }

        console.Line();
        foreach (var file in written) console.Line(ShellPath.Place(file));
        console.Line();
        if (findings.Failed > 0)
        {
            console.Line(
                $"{findings.Failed} of {findings.Outcomes.Count} cells failed. See what went wrong, and run them again, with:");
            console.Line($"  {ShellPath.Command("status", sweep.Folder)}");
            console.Line($"  {ShellPath.Command("retry", sweep.Folder)}");
            return ExitCode.CellsFailed;
        }

        console.Line("Next, see what the checks say of these curves with:");
        console.Line($"  {ShellPath.Command("check", sweep.Folder)}");
        return ExitCode.Done;
    }

    /// <summary>Refuses a sweep that may take longer than a budget, or leaves seeds out.</summary>
    static Sweep Held(IAnsiConsole console, Sweep sweep, string budget, bool trim, int jobs, CancellationToken ct)
    {
        var journal = sweep.Read();
        var (costs, shared) = EarlierSweeps.Of(sweep, () => OpenCells.Of(sweep.Plan, journal.Find).Ids(sweep.Plan));
        // What is shared is taken over before anything is run.
        var left = OpenCells.Of(sweep.Plan, id => journal.Find(id) ?? shared.GetValueOrDefault(id));
        var (workers, seeds) = (PlanCommand.Workers(left, jobs), left.Seeds);
        var without = CostText.Hold(console, sweep.File, budget, trim, costs.Estimate(left.Groups), workers, seeds,
            count => Task.FromResult(costs.Estimate(left.OfSeeds(seeds.Take(count))))).GetAwaiter().GetResult();
        return without.Count > 0 ? sweep.Without(without, ct) : sweep;
    }

    /// <summary>Sends the notification that the sweep is over, where the sweep file asks for one.</summary>
    static async Task Tell(Sweep sweep, SweepRun run, string? reason, TimeProvider clock)
    {
        if (sweep.Spec.Limits.Notify is not { } url) return;
        var (now, plan) = (run.Progress, sweep.Plan);
        var notice = SweepNotice.Of(plan.Folder, plan.Name, Environment.UserName, now.Total, now.Done, now.Failed, reason,
            clock.GetUtcNow());
        var problem = await notice.Post(url, SecretFile, clock, CancellationToken.None);
        if (problem is not null) Console.Error.WriteLine(problem);
    }
}
