using System.Diagnostics;
using System.Text.Json;
using Grid.Client.Tests.Silo;
using Grid.Lab.Catalog;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Client.Tests.Commands;

/// <summary>Real commands against a real silo, whose worker does what the test says.</summary>
public sealed class SweepLifeTests : IAsyncLifetime
{
    internal const string Houses = """
        name: houses
        dataset: houses
        model: linear
        attack: price-poisoning
        defense: {friends: {noise_std: [5, 8], clip_threshold: [1, 8]}}
        strength: [0, 1]
        seeds: 2
        evaluation: {trials: 50}
        """;

    readonly TestSilo _silo = new();
    readonly Gridctl _place;

    public SweepLifeTests() => _place = new(_silo.Address);

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(_place["s.yaml"], Houses);
        await _silo.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _place.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task From_submission_to_the_tables()
    {
        Assert.Contains("no sweep yet", (await Good("list")).Out, StringComparison.Ordinal);
        var submitted = await Good("submit", "s.yaml");
        Assert.Contains("16 cells, 0 known already", submitted.Out, StringComparison.Ordinal);
        var sweep = submitted.Out.Split(':')[0];
        Assert.Contains($"gridctl watch {sweep}", submitted.Out, StringComparison.Ordinal);
        Assert.Contains("had this sweep before. It goes on, within the limits of this file", (await Good("submit", "s.yaml")).Out,
            StringComparison.Ordinal);
        Assert.Contains("No worker", (await Good("workers")).Out, StringComparison.Ordinal);

        await _silo.Worker.Beat("friends 5, 1");
        Assert.Contains("silo-0/cpu:0", (await Good("workers")).Out, StringComparison.Ordinal);
        Assert.Equal(1, await _silo.Worker.Work(sweep, 1));
        var status = (await Good("status", "houses")).Out;
        Assert.Contains("16: 2 done, 0 failed, 0 running, 14 pending", status, StringComparison.Ordinal);
        Assert.Contains($" by {Environment.UserName}\n", status, StringComparison.Ordinal);
        Assert.Contains("14 of 16 cells are not finished yet", (await Good("export", "houses", "--to", "early")).Out,
            StringComparison.Ordinal);

        Assert.Equal(1, await _silo.Worker.Work(sweep, 1, _ => "loss is NaN\nsecond line"));
        await _silo.Worker.Work(sweep);
        var watched = await _place.Run("watch", "houses");
        Assert.Equal((3, ""), (watched.Code, watched.Error));
        Assert.Contains("failed: houses.", watched.Out, StringComparison.Ordinal);
        Assert.Contains("2 of 16 cells failed", watched.Out, StringComparison.Ordinal);
        var failed = (await Good("cells", "houses", "--failed")).Out;
        Assert.Equal(2, failed.Split("  failed").Length - 1);

        var cell = failed.Split('\n')[1].Split(' ')[0];
        Assert.Contains("with 1 cell to run", (await Good("retry", "houses", "--cell", cell)).Out, StringComparison.Ordinal);
        await _silo.Worker.Work(sweep);
        Assert.Contains("with 1 cell to run", (await Good("retry", "houses", "--failed")).Out, StringComparison.Ordinal);
        await _silo.Worker.Work(sweep);
        Assert.Contains("nothing to run again", (await Good("retry", "houses")).Out, StringComparison.Ordinal);
        Assert.Contains("Every cell is done", (await Good("watch", sweep)).Out, StringComparison.Ordinal);

        Assert.Contains("FRIENDS", (await Good("curve", "houses")).Out, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, (await _place.Run("curve", "houses", "--metric", "nonsense")).Code);
        await Good("check", "houses");
        var exported = (await Good("export", "houses")).Out;
        Assert.All(new[] { "cells.csv", "friends.csv", "report.html", "cells.jsonl", "sweep.yaml", "plan.json" }, file =>
        {
            Assert.Contains($"{sweep}/{file}", exported.Replace('\\', '/'), StringComparison.Ordinal);
            Assert.True(new FileInfo(Path.Combine(_place["results"], sweep, file)).Length > 0);
        });
        Assert.Equal(16, Journal.Read(Path.Combine(_place["results"], sweep)).Results.Count);
        Assert.Equal(17, File.ReadAllLines(Path.Combine(_place["results"], sweep, "cells.csv")).Length);
        Assert.Equal(Houses, File.ReadAllText(Path.Combine(_place["results"], sweep, "sweep.yaml")));
        // The plan is made of what lies there, so that `grid` looks at it without the data.
        var made = PlanFile.Read(Path.Combine(_place["results"], sweep))!;
        Assert.Equal(16,
            made.Restore(SweepFile.Load(Path.Combine(_place["results"], sweep, "sweep.yaml"), Catalogue.Vocabulary))!.Cells.Count);
        // Once more is the same, also for the journal.
        await Good("export", "houses");
        Assert.Equal(17, File.ReadAllLines(Path.Combine(_place["results"], sweep, "cells.jsonl")).Length);
        Assert.Matches($@"finished .* {Environment.UserName}  ", (await Good("list")).Out);
    }

    [Fact]
    public async Task What_a_submission_would_take_is_told_by_what_the_cluster_has_measured()
    {
        Assert.Matches("houses-.*: 16 cells, 0 known already, so 16 to run\n  time  unknown",
            (await Good("submit", "s.yaml", "--dry-run")).Out);
        Assert.Contains("is not known", (await _place.Run("submit", "s.yaml", "--budget", "1h")).Error, StringComparison.Ordinal);
        foreach (var seeds in new[] { 1, 3, 4 })
            File.WriteAllText(_place[$"{seeds}.yaml"], Houses.Replace("seeds: 2", $"seeds: {seeds}", StringComparison.Ordinal));
        Assert.Contains("no sweep yet", (await Good("list")).Out, StringComparison.Ordinal);

        await _silo.Worker.Work((await Good("submit", "1.yaml")).Out.Split(':')[0]);
        await _silo.Worker.Beat();
        Assert.Matches(@"(?s)32 cells, 8 known already, so 24 to run\n  time  about .*going\s+by\s+8\s+measured\s+cells",
            (await Good("submit", "4.yaml", "--dry-run")).Out);
        using var estimate = JsonDocument.Parse((await Good("submit", "3.yaml", "--dry-run", "--json")).Out);
        var two = estimate.RootElement.GetProperty("seconds_high").GetDouble();
        // Two seeds fit, and three take more. The hundredth is for times that end between two ticks of a TimeSpan.
        var budget = FormattableString.Invariant($"{1000 * two * 1.01:F9}ms");

        // A worker that was not heard of for a minute does not count, and these calls may take as long.
        await _silo.Worker.Beat();
        var refused = await _place.Run("submit", "4.yaml", "--budget", budget);
        Assert.Equal(2, refused.Code);
        Assert.Matches(@"it\s+fits\s+with\s+2\s+seeds", refused.Error);
        await _silo.Worker.Beat();
        var trimmed = (await Good("submit", "4.yaml", "--budget", budget, "--trim")).Out;
        Assert.Matches(@"1\s+seed\s+of\s+3\s+is\s+left\s+out:\s+3", trimmed);
        Assert.Matches(@"24\s+cells,\s+8\s+known\s+already", trimmed);
        Assert.Equal(2, (await _place.Run("submit", "4.yaml", "--trim")).Code);
    }

    [Fact]
    public async Task Paused_resumed_stopped_and_cancelled_it_obeys()
    {
        var sweep = (await Good("submit", "s.yaml")).Out.Split(':')[0];
        foreach (var (verb, state, taken) in new[] { ("pause", "paused", 0), ("resume", "running", 1), ("stop", "stopped", 0),
            ("resume", "running", 1), ("cancel", "cancelled", 0) })
        {
            await Good(verb, "houses");
            Assert.Contains($"state       {state}", (await Good("status", "houses")).Out, StringComparison.Ordinal);
            Assert.Equal(taken, await _silo.Worker.Work(sweep, 1));
        }

        var watched = await _place.Run("watch", "houses");
        Assert.Equal(1, watched.Code);
        Assert.Contains($"gridctl resume {sweep}", watched.Out, StringComparison.Ordinal);
        // Submitting it again is as good as resuming it.
        await Good("submit", "s.yaml");
        await _silo.Worker.Work(sweep);
        Assert.Contains("is finished", (await Good("pause", "houses")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_database_is_down_a_sweep_with_its_whole_id_answers_and_the_rest_says_what_is_down()
    {
        var sweep = (await Good("submit", "s.yaml")).Out.Split(':')[0];
        _silo.Store.IsDown = true;

        Assert.Contains("state       running", (await Good("status", sweep)).Out, StringComparison.Ordinal);
        var list = await _place.Run("status", "houses");

        Assert.Equal((1, ""), (list.Code, list.Out));
        Assert.StartsWith("The cluster's storage does not answer", list.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_outlives_the_cluster_and_ends_with_the_sweep()
    {
        using var watch = _place.Start("submit", "s.yaml", "--watch");
        var sweep = (await watch.StandardOutput.ReadLineAsync())!.Split(':')[0];
        await _silo.Worker.Work(sweep, 1);
        await _silo.Stop();
        string? line;
        do line = await watch.StandardOutput.ReadLineAsync();
        while (line?.Contains("does not answer", StringComparison.Ordinal) == false);
        await _silo.Start();
        await _silo.Worker.Work(sweep);

        var end = await Gridctl.End(watch);

        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Contains("16 of 16 cells done", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_whose_plan_takes_long_is_taken_in_and_begins_by_itself()
    {
        var planned = new TaskCompletionSource();
        _silo.Planning = planned.Task;
        var submitted = (await Good("submit", "s.yaml")).Out;
        Assert.Contains("16 cells, being planned; it begins by itself", submitted, StringComparison.Ordinal);
        var order = submitted.Split(':')[0];
        Assert.Contains("state       planning", (await Good("status", "houses")).Out, StringComparison.Ordinal);
        planned.SetResult();

        string status;
        do
        {
            // As workers ask.
            await _silo.Worker.Lease(order);
            status = (await Good("status", order)).Out;
        }
        while (!status.Contains("state       running", StringComparison.Ordinal));
        var sweep = status.Split('\n')[0];
        Assert.NotEqual(order, sweep);
        await _silo.Worker.Work(sweep);
        Assert.Contains("Every cell is done", (await Good("watch", order)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_coordinator_judges_curves_by_every_rule_as_an_export_does_also_one_that_read_its_results_back()
    {
        File.WriteAllText(
            _place["d.yaml"], "{name: digits, dataset: digits, model: softmax, attack: fgsm, strength: [0.1, 0.2], training: {epochs: 1}}");
        var sweep = (await Good("submit", "d.yaml")).Out.Split(':')[0];
        await _silo.Worker.Work(sweep);
        await Good("export", "digits", "--to", "export");
        var lines = File.ReadAllLines(Path.Combine(_place["export"], "curves.csv"));
        var exported = lines.Skip(1).Select(l => l.Split(',')[^2]).Distinct().ToList();

        foreach (var stop in new[] { false, true })
        {
            if (stop)
            {
                await _silo.Stop();
                await _silo.Start();
            }

            var verdicts = (await _silo.Worker.Verdicts(sweep)).Distinct().ToList();
            Assert.Contains(verdicts, v => v.Contains("H15", StringComparison.Ordinal));
            Assert.Equal(exported.Order(), verdicts.Order());
        }
    }

    [Theory]
    [InlineData("curve"), InlineData("cells"), InlineData("check"), InlineData("export")]
    public async Task A_coordinator_that_still_reads_is_waited_for(string verb)
    {
        var sweep = (await Good("submit", "s.yaml")).Out.Split(':')[0];
        await _silo.Worker.Work(sweep);
        await _silo.Stop();
        var read = new TaskCompletionSource();
        _silo.Store.Reading = read.Task;
        await _silo.Start();

        using var asking = _place.Start(verb, "houses");
        var said = await asking.StandardError.ReadLineAsync();
        read.SetResult();
        var end = await Gridctl.End(asking);

        Assert.Equal($"The results of {sweep} are still being read, 0 so far.", said);
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.NotEqual("", end.Out);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_watching_and_not_the_sweep()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such signal.");
        using var watch = _place.Start("submit", "s.yaml", "--watch");
        var sweep = (await watch.StandardOutput.ReadLineAsync())!.Split(':')[0];
        await watch.StandardOutput.ReadLineAsync();
        using (var kill = Process.Start("kill", ["-INT", $"{watch.Id}"])) await kill.WaitForExitAsync();

        var end = await Gridctl.End(watch);

        Assert.Equal((130, ""), (end.Code, end.Error));
        Assert.Contains($"gridctl watch {sweep}", end.Out, StringComparison.Ordinal);
        Assert.Equal(1, await _silo.Worker.Work(sweep, 1));
    }

    async Task<Outcome> Good(params string[] arguments)
    {
        var outcome = await _place.Run(arguments);
        Assert.True(outcome is (0, _, ""), $"{string.Join(' ', arguments)}: {outcome}");
        Assert.All(outcome.Out.Split('\n'),
            line =>
                Assert.True(line.Length <= 80 || line.Contains('/', StringComparison.Ordinal) || line.StartsWith(' ')
                    || line.StartsWith("houses", StringComparison.Ordinal), line));
        return outcome;
    }
}
