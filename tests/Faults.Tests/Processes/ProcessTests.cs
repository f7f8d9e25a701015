
namespace Grid.Faults.Tests.Processes;

/// <summary>Real silos, a real database, real experiments, and what happens to them in a bad week.</summary>
public sealed class ProcessTests(PostgresServer server)
{
    /// <summary>120 cells, about 10 ms each.</summary>
    internal const string Sweep =
        "{name: small, dataset: digits, model: softmax, attack: [fgsm, {pgd: {steps: 10}}], strength: [0.1, 0.2], seeds: 20, "
        + "training: {epochs: 3}}";

    [Fact]
    public async Task Three_silos_find_what_one_machine_finds()
    {
        Needs.Met("postgresql", server.Missing);
        await using var grid = await ProcessGrid.Start(server, silos: 3);

        var sweep = await grid.Submit(Sweep);
        var (code, output) = await grid.Gridctl("watch", sweep, "--timeout", "300");

        Assert.True(code == 0, $"{output}\n{grid.Tail()}");
        Assert.Equal(await ProcessGrid.Alone(Sweep), await grid.Cells(sweep));
    }

    [Fact]
    public async Task Silos_killed_one_after_the_other_lose_nothing() => await Kill(times: 2);

    [Fact, Trait("Category", "Long")]
    public async Task Twenty_kills_lose_nothing() => await Kill(times: 20);

    // Which strengths are evaluated is decided by results: the same ones whoever had them computed.
    [Fact]
    public async Task A_search_evaluates_the_same_cells_on_three_silos_of_which_one_is_killed()
    {
        Needs.Met("postgresql", server.Missing);
        await using var grid = await ProcessGrid.Start(server, silos: 3);
        var text = Sweep.Replace("[0.1, 0.2]", "{find: 0.5, within: 0.002, to: 0.3}");
        var sweep = await grid.Submit(text);
        await grid.Kept(1);
        grid.Kill("silo-1");

        await Finish(grid, sweep, text);
    }

    [Fact]
    public async Task A_silo_told_to_end_hands_its_work_back_and_ends_in_time()
    {
        Needs.Met("postgresql", server.Missing);
        await using var grid = await ProcessGrid.Start(server, silos: 2);
        var sweep = await grid.Submit(Sweep);

        var code = await grid.Terminate("silo-1");

        Assert.Equal(0, code);
        await Finish(grid, sweep);
    }

    [Fact]
    public async Task After_a_full_stop_the_sweep_goes_on()
    {
        Needs.Met("postgresql", server.Missing);
        await using var grid = await ProcessGrid.Start(server, silos: 2);
        var sweep = await grid.Submit(Sweep);

        foreach (var silo in grid.Silos) grid.Kill(silo);
        await grid.Add("silo-0");

        await Finish(grid, sweep);
    }

    async Task Kill(int times)
    {
        Needs.Met("postgresql", server.Missing);
        await using var grid = await ProcessGrid.Start(server, silos: 3);
        // Enough for the sweep to be still going at the last kill.
        var seeds = 10 + (100 * times);
        var (text, cells) = (Sweep.Replace("seeds: 20", $"seeds: {seeds}"), 6 * seeds);
        var sweep = await grid.Submit(text);
        var random = new Random(7);
        for (var (kill, kept) = (0, 0L); kill < times; kill++)
        {
            kept = await grid.Kept(kept + random.Next(60));
            var victim = grid.Silos.ElementAt(random.Next(grid.Silos.Count));
            grid.Kill(victim);
            Assert.True(await grid.Kept() < cells, "The sweep was over before the last kill.");
            await grid.Add(victim);
        }

        await Finish(grid, sweep, text);
        // Of every loss there is a line, and no more.
        Assert.Contains(grid.Log, l => l.Contains("does not answer and counts as dead", StringComparison.Ordinal));
        Assert.Empty(Traced([.. grid.Log]));
    }

    /// <summary>The entries of a log that have a stack trace, each by the line of its category.</summary>
    static IEnumerable<string> Traced(IReadOnlyList<string> log)
    {
        var heads = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in log)
        {
            var (silo, text) = line.Split(": ", 2) is [var before, var after] ? (before, after) : ("", line);
            if (!text.StartsWith(' ')) heads[silo] = line;
            else if (text.TrimStart().StartsWith("at ", StringComparison.Ordinal)) yield return heads.GetValueOrDefault(silo, line);
        }
    }

    internal static async Task Finish(ProcessGrid grid, string sweep, string text = Sweep)
    {
        var (code, output) = await grid.Gridctl("watch", sweep, "--timeout", "300");
        Assert.True(code == 0, $"{output}\n{grid.Tail()}");
        Assert.Equal(await ProcessGrid.Alone(text), await grid.Cells(sweep));
    }
}
