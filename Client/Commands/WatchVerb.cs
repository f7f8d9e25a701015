using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;

namespace Grid.Client.Commands;

/// <summary><c>watch</c> shows the progress of a sweep until it ends or the user presses Ctrl-C.</summary>
static class WatchVerb
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
            var watching = new SweepWatch(grain, await First(call, grain), TimeProvider.System);
            var run = watching.Run(call.Stop);
            if (!call.WantsJson) await ProgressView.Show(console, watching.Snapshot, run, TimeProvider.System);
            end = await run;
        }
        catch (OperationCanceledException) when (call.Stop.IsCancellationRequested)
        {
            TextWrap.Write(console, $"You no longer watch {sweep}; the cluster goes on with it. Watch it again, or end it, with:");
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
            TextWrap.Write(console,
                $"{sweep} is {StatusView.Word(end.Phase)}{(end.Reason is { } reason ? $": {reason}" : "")}; {end.Done} of {end.Cells} "
                + "cells are done and kept. Go on with:");
            console.Line($"  {call.Next("resume", sweep)}");
            return end.Failed > 0 ? ExitCode.CellsFailed : ExitCode.Error;
        }

        if (end.Failed > 0)
        {
            TextWrap.Write(console, $"{end.Failed} of {end.Cells} cells failed. See what went wrong, and run them again, with:");
            console.Line($"  {call.Next("cells", sweep)} --failed");
            console.Line($"  {call.Next("retry", sweep)}");
            return ExitCode.CellsFailed;
        }

        console.Line("Every cell is done. Draw the curves, and write the tables and the report, with:");
        console.Line($"  {call.Next("curve", sweep)}");
        console.Line($"  {call.Next("export", sweep)}");
        return ExitCode.Done;
    }

    /// <summary>The first status. The cluster that accepted the sweep may become unreachable before it answers; this waits for it as for
    /// one that becomes unreachable later.</summary>
    static async Task<SweepStatus> First(Call call, ISweepGrain sweep)
    {
        for (var said = false; ; said = true)
        {
            try
            {
                return await sweep.Status();
            }
            catch (ClusterException)
            {
                if (!said) TextWrap.Write(call.Console, "The cluster does not answer. Trying again.");
            }

            await Task.Delay(SweepWatch.Every, TimeProvider.System, call.Stop);
        }
    }
}
