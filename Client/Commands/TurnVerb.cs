using System.CommandLine;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;

namespace Grid.Client.Commands;

/// <summary><c>pause</c>, <c>resume</c>, <c>stop</c> and <c>cancel</c>, which change the phase of a sweep.</summary>
static class TurnVerb
{
    public static Command Pause() =>
        Make("pause", SweepPhase.Paused, "Begin no more cells of a sweep for now. Cells that run are finished.",
            "begins no more cells; those that run are finished", "resume");

    public static Command Resume() =>
        Make("resume", SweepPhase.Running, "Go on with a sweep that was paused, stopped or cancelled.", "goes on", "watch");

    public static Command Stop() =>
        Make("stop", SweepPhase.Stopped, "End a sweep as soon as the cells that run are finished.",
            "ends as soon as the cells that run are finished", "resume");

    public static Command Cancel() =>
        Make("cancel", SweepPhase.Cancelled, "End a sweep now. Finished cells are kept.",
            "has ended; finished cells are kept", "resume");

    static Command Make(string name, SweepPhase wanted, string description, string effect, string next) =>
        Verb.OnSweep(name, description, [Arguments.Json], async (call, sweep) =>
        {
            var phase = await call.Gateway.Sweep(sweep).Turn(wanted);
            if (call.WantsJson)
            {
                call.Console.Json(new ActionDocument(sweep, name,
                    phase == wanted ? $"{sweep} {effect}" : $"{sweep} is {StatusView.Word(phase)}"));
                return ExitCode.Done;
            }

            if (phase != wanted)
            {
                call.Console.Line(
                    $"{sweep} is {StatusView.Word(phase)}{(phase == SweepPhase.Finished ? ": every cell is done or failed" : "")}. See:");
                call.Console.Line($"  {call.Next("status", sweep)}");
                return ExitCode.Done;
            }

            call.Console.Line($"{sweep} {effect}.");
            call.Console.Line($"  {call.Next(next, sweep)}");
            return ExitCode.Done;
        });
}
