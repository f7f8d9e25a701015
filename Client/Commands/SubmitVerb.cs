using System.CommandLine;
using Grid.Client.Cluster;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Lab.Catalog;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Client.Commands;

/// <summary><c>submit</c> checks a sweep file here, has the cluster check it again, and starts it.</summary>
static class SubmitVerb
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public static Command Make()
    {
        var spec = Arguments.Given(new Argument<string>("spec") { Description = "The sweep file." });
        var dry = new Option<bool>("--dry-run")
        {
            Description = "Say what the sweep would run, which results are known and how long the rest may take; start nothing.",
        };
        var (budget, trim) = (CostText.Budget(), CostText.Trim());
        var watch = new Option<bool>("--watch") { Description = "Watch the sweep until it is finished, as 'watch' does." };
        return Verb.Make("submit", "Set a sweep going on the cluster. Submitted again, it is the same sweep, which goes on.",
            [spec, dry, budget, trim, watch, Arguments.Json], parsed =>
            {
                var path = parsed.GetValue(spec)!;
                var text = SweepFile.Load(path, Catalogue.Vocabulary).Text;
                if (parsed.GetValue(trim) && parsed.GetValue(budget) is null)
                    throw new RefusedException("--trim goes with --budget; add --budget 2h");
                // What folder it lies in is nobody's business.
                var file = Path.GetFileName(path);
                return async call =>
                {
                    if (parsed.GetValue(dry) || parsed.GetValue(budget) is not null)
                    {
                        var estimate = await Patiently(call, file, call.Gateway.Desk.Estimate(file, text));
                        if (parsed.GetValue(dry)) Show(call, estimate);
                        if (parsed.GetValue(budget) is { } limit)
                            text = await Held(call, file, text, estimate, limit, parsed.GetValue(trim));
                        if (parsed.GetValue(dry)) return ExitCode.Done;
                    }

                    return await Submit(call, file, text, parsed.GetValue(watch));
                };
            });
    }

    static void Show(Call call, SweepEstimate estimate)
    {
        if (call.WantsJson)
        {
            call.Console.Json(ClusterDocuments.Of(estimate));
            return;
        }

        var (most, left) = (estimate.IsAtMost ? "at most " : "", estimate.Cells - estimate.Known);
        call.Console.Line(FormattableString.Invariant(
            $"{estimate.Sweep}: {most}{estimate.Cells:N0} cells, {estimate.Known:N0} known already, so {most}{left:N0} to run"));
        var time = estimate.Groups == 0 ? "none, nothing is left to run"
            : CostText.Time(estimate.Cost, Workers(estimate), "measured cell", estimate.IsAtMost);
        TextWrap.Write(call.Console, $"  time  {time}", indent: 8);
        if (estimate.Slots == 0) call.Console.Line("  No worker has been heard of in the last minute.");
    }

    static int Workers(SweepEstimate estimate) => Math.Clamp(estimate.Groups, 1, Math.Max(1, estimate.Slots));

    /// <summary>The text to submit: as it is, or with as many seeds as the budget allows.</summary>
    static async Task<string> Held(Call call, string file, string text, SweepEstimate estimate, string budget, bool trim)
    {
        var without = await CostText.Hold(call.Console, file, budget, trim, estimate.Cost, Workers(estimate), estimate.Seeds,
            async count => (await Patiently(call, file, call.Gateway.Desk.Estimate(file, Without(estimate.Seeds.Skip(count))))).Cost);
        return without.Count > 0 ? Without(without) : text;

        string Without(IEnumerable<int> seeds) => SeedTrim.Without(text, file, seeds.ToHashSet());
    }

    static async Task<int> Submit(Call call, string file, string text, bool watch)
    {
        var taken = await Patiently(call, file, call.Gateway.Desk.Submit(file, text));
        if (call.WantsJson)
        {
            call.Console.Json(ClusterDocuments.Of(taken));
            return ExitCode.Done;
        }

        call.Console.Line(
            taken.IsPlanning ? FormattableString.Invariant($"{taken.Sweep}: {taken.Cells:N0} cells, being planned; it begins by itself")
                : FormattableString.Invariant($"{taken.Sweep}: {taken.Cells:N0} cells, {taken.Known:N0} known already"));
        if (!taken.IsNew) call.Console.Line("The cluster had this sweep before. It goes on, within the limits of this file.");
        if (watch) return await WatchVerb.Watch(call, taken.Sweep);
        foreach (var verb in new[] { "watch", "status", "curve" }) call.Console.Line($"  {call.Next(verb, taken.Sweep)}");
        return ExitCode.Done;
    }

    /// <summary>Waits as long as the cluster works on the submission, which its answers to other questions show meanwhile.</summary>
    /// <exception cref="ClusterException">It does not answer within the timeout of a call.</exception>
    static async Task<T> Patiently<T>(Call call, string file, Task<T> taken)
    {
        var (began, clock) = (TimeProvider.System.GetTimestamp(), TimeProvider.System);
        while (await Task.WhenAny(taken, Task.Delay(Every, clock, call.Stop)) != taken)
        {
            call.Stop.ThrowIfCancellationRequested();
            await call.Gateway.Desk.Workers();
            Console.Error.WriteLine($"The cluster still checks and plans {file}, after {clock.GetElapsedTime(began).TotalSeconds:0} s ...");
        }

        return await taken;
    }
}
