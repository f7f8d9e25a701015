using System.CommandLine;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;

namespace Grid.Client.Commands;

/// <summary><c>curve</c> draws what is known so far, as the coordinator has it.</summary>
static class CurveVerb
{
    public static Command Make()
    {
        var query = new CurveQuery();
        return Verb.OnSweep("curve", "Draw the security evaluation curves and the FRIENDS grid of a sweep.",
            [.. query.Options, Arguments.Json], async (call, sweep) =>
            {
                var grain = call.Gateway.Sweep(sweep);
                var (friends, curves) = (await grain.Friends(), await grain.Curves());
                if (call.WantsJson)
                {
                    call.Console.Json(CurvesDocument.Of(sweep, query.Of(call.Parsed).Of(curves), friends));
                    return ExitCode.Done;
                }

                if (friends.All(r => r.Trials == 0) && curves.SelectMany(c => c.Points).All(p => !double.IsFinite(p.Mean)))
                {
                    call.Console.Line($"No cell of {sweep} is finished yet. Watch it with:");
                    call.Console.Line($"  {call.Next("watch", sweep)}");
                    return ExitCode.Done;
                }

                Summary.Draw(call.Console, friends, curves, call.Next("curve", sweep), query.Of(call.Parsed));
                return ExitCode.Done;
            });
    }
}
