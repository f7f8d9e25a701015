using System.CommandLine;
using Grid.Client.Views;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;

namespace Grid.Client.Commands;

/// <summary><c>status</c> shows how far a sweep is, what failed, and how to go on.</summary>
static class StatusVerb
{
    public static Command Make() =>
        Verb.OnSweep("status", "Show how far a sweep is, who runs it, what failed and why, and how to go on.",
            [Arguments.Json], async (call, sweep) =>
            {
                var status = await call.Gateway.Sweep(sweep).Status();
                if (call.WantsJson) call.Console.Json(ClusterDocuments.Of(status));
                else StatusView.Draw(call.Console, status, words => call.Next(words));
                return ExitCode.Done;
            });
}
