using System.CommandLine;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;

namespace Grid.Client.Commands;

/// <summary><c>watch</c>: a sweep getting on, until it ends or the user has seen enough.</summary>
static class WatchCommand
{
    public static Command Make() =>
        Verb.OnSweep("watch",
            "Watch a sweep until it is finished: bars, pace, workers, failures. Ctrl-C ends the watching, not the sweep.",
            [Arguments.Json], Watch);

    public static async Task<int> Watch(Call call, string sweep)
    {
        var (console, grain) = (call.Console, call.Gateway.Sweep(sweep));
        SweepStatus end;
        try
        {
            var watching = new Watching(grain, await grain.Status(), TimeProvider.System);
            var run = watching.Run(call.Stop);
            if (!call.WantsJson) await ProgressView.Show(console, watching.Snapshot, run, TimeProvider.System);
            end = await run;
        }
        catch (OperationCanceledException) when (call.Stop.IsCancellationRequested)
        {
            Prose.Write(console, $"You no longer watch {sweep}; the cluster goes on with it. Watch it again, or end it, with:");
            console.Line($"  {call.Next("watch", sweep)}");
            console.Line($"  {call.Next("cancel", sweep)}");
            return ExitCode.Interrupted;
        }

        if (call.WantsJson)
        {
            console.Json(ClusterDocuments.Of(end));
            return end.Failed > 0 ? ExitCode.CellsFailed : end.Phase == SweepPhase.Finished ? ExitCode.Done : ExitCode.Error;
        }

        console.Line();
        if (end.Phase != SweepPhase.Finished)
        {
            Prose.Write(console,
                $"{sweep} is {StatusView.Word(end.Phase)}{(end.Reason is { } reason ? $": {reason}" : "")}; {end.Done} of {end.Cells} "
                + "cells "
                + "are done and kept. Go on with:");
            console.Line($"  {call.Next("resume", sweep)}");
            return end.Failed > 0 ? ExitCode.CellsFailed : ExitCode.Error;
        }

        if (end.Failed > 0)
        {
            Prose.Write(console, $"{end.Failed} of {end.Cells} cells failed; what was wrong with them, and how to run them again:");
            console.Line($"  {call.Next("cells", sweep)} --failed");
            console.Line($"  {call.Next("retry", sweep)}");
            return ExitCode.CellsFailed;
        }

        console.Line("Every cell is done. The pictures, and the tables with the report:");
        console.Line($"  {call.Next("curve", sweep)}");
        console.Line($"  {call.Next("export", sweep)}");
        return ExitCode.Done;
    }
}
