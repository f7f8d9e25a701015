using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Views;

namespace Grid.Client.Commands;

/// <summary><c>curve</c>: the pictures of what is known so far, as the coordinator has them at hand.</summary>
static class CurveCommand
{
    public static Command Make()
    {
        var metric = Arguments.Text("--metric", "What to draw; by default robust_accuracy.", "name");
        return Verb.OnSweep("curve", "Draw the security evaluation curves and the FRIENDS grid of a sweep.", [metric], async (call, sweep) =>
        {
            var grain = call.Gateway.Sweep(sweep);
            var (friends, curves) = (await grain.Friends(), await grain.Curves());
            if (friends.All(r => r.Trials == 0) && curves.SelectMany(c => c.Points).All(p => !double.IsFinite(p.Mean)))
            {
                call.Console.Line($"No cell of {sweep} is finished yet. See it get on with:");
                call.Console.Line($"  {call.Next("watch", sweep)}");
                return ExitCode.Done;
            }

            Summary.Draw(call.Console, friends, curves, Catalogue.Traits, call.Parsed.GetValue(metric));
            return ExitCode.Done;
        });
    }
}
