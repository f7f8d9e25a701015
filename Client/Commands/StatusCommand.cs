using System.CommandLine;
using Grid.Presentation.CommandLine;

namespace Grid.Client.Commands;

/// <summary><c>status</c>: how far a sweep is, what failed, and how to go on.</summary>
static class StatusCommand
{
    public static Command Make() => Verb.OnSweep("status", "Show how far a sweep is, who runs it, what failed and why, and how to go on.", [], async (call, sweep) =>
    {
        StatusView.Draw(call.Console, await call.Gateway.Sweep(sweep).Status(), words => call.Next(words));
        return ExitCode.Done;
    });
}
