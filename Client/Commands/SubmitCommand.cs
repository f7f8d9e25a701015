using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Lab.Catalog;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Client.Commands;

/// <summary><c>submit</c> checks a sweep file here, has the cluster check it again, and starts it.</summary>
static class SubmitCommand
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public static Command Make()
    {
        var spec = Arguments.Given(new Argument<string>("spec") { Description = "The sweep file." });
        var watch = new Option<bool>("--watch") { Description = "Watch it until it is finished, as 'watch' does." };
        return Verb.Make("submit", "Set a sweep going on the cluster. Submitted again, it is the same sweep, which goes on.",
            [spec, watch, Arguments.Json], parsed =>
            {
                var path = parsed.GetValue(spec)!;
                var text = SweepFile.Load(path, Catalogue.Vocabulary).Text;
                // What folder it lies in is nobody's business.
                return call => Submit(call, Path.GetFileName(path), text, parsed.GetValue(watch));
            });
    }

    static async Task<int> Submit(Call call, string file, string text, bool watch)
    {
        var taken = await Take(call, file, text);
        if (call.WantsJson)
        {
            call.Console.Json(ClusterDocuments.Of(taken));
            return ExitCode.Done;
        }

        call.Console.Line(
            taken.IsPlanning ? FormattableString.Invariant($"{taken.Sweep}: {taken.Cells:N0} cells, being planned; it begins by itself")
                : FormattableString.Invariant($"{taken.Sweep}: {taken.Cells:N0} cells, {taken.Known:N0} known already"));
        if (!taken.IsNew) call.Console.Line("The cluster had this sweep before. It goes on, within the limits of this file.");
        if (watch) return await WatchCommand.Watch(call, taken.Sweep);
        foreach (var verb in new[] { "watch", "status", "curve" }) call.Console.Line($"  {call.Next(verb, taken.Sweep)}");
        return ExitCode.Done;
    }

    /// <summary>Waits for as long as the cluster works on it, which one sees by its answers to other questions meanwhile.</summary>
    /// <exception cref="ClusterException">It does not answer within the timeout of a call.</exception>
    static async Task<Submission> Take(Call call, string file, string text)
    {
        var (began, clock) = (TimeProvider.System.GetTimestamp(), TimeProvider.System);
        var taken = call.Gateway.Desk.Submit(file, text);
        while (await Task.WhenAny(taken, Task.Delay(Every, clock, call.Stop)) != taken)
        {
            call.Stop.ThrowIfCancellationRequested();
            await call.Gateway.Desk.Workers();
            Console.Error.WriteLine($"The cluster still checks and plans {file}, after {clock.GetElapsedTime(began).TotalSeconds:0} s ...");
        }

        return await taken;
    }
}
