using System.CommandLine;
using System.Globalization;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Client.Commands;

/// <summary><c>list</c> prints every sweep of the cluster, the newest first.</summary>
static class ListVerb
{
    public static Command Make() =>
        Verb.Make("list", "List the sweeps of the cluster, the newest first. ('grid list' shows what a sweep can name.)",
            [Arguments.Json], _ => async call =>
            {
                var sweeps = await call.Gateway.Desk.Sweeps();
                if (call.WantsJson)
                {
                    call.Console.Json(new SweepsDocument([.. sweeps.Select(ClusterDocuments.Of)]));
                    return ExitCode.Done;
                }

                if (sweeps.Length == 0)
                {
                    call.Console.Line("The cluster has no sweep yet. Submit one with:");
                    call.Console.Line($"  {call.Next("submit", "SPEC")}");
                    return ExitCode.Done;
                }

                var table = new TextTable("sweep", "state", "priority", "cells", "done", "failed", "owner",
                    "submitted")
                { Numbers = { "priority", "cells", "done", "failed" } };
                foreach (var s in sweeps)
                {
                    table.Add(
                        [s.Sweep, StatusView.Word(s.Phase), Text(s.Priority), Text(s.Cells), Text(s.Done), Text(s.Failed), s.Owner ?? "",
                            NumberText.Moment(s.Submitted)],
                        s.Failed > 0 ? new Style(Color.Red) : s.Phase == SweepPhase.Running ? new Style(Color.Green) : Style.Plain);
                }

                table.Write(call.Console);
                return ExitCode.Done;
            });

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
