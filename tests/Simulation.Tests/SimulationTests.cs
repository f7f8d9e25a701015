using System.Globalization;

namespace Grid.Simulation.Tests;

/// <summary>The whole cluster under one seed: whatever fails, every cell is counted once, and all ends as on one machine.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    static ulong First => Number("GRID_SIMULATION_FIRST", 1);

    static ulong Number(string variable, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [Fact]
    public void Nothing_breaks_under_the_first_seeds() => Seeds.Hold(First, 1500, new(), output);

    [Fact, Trait("Category", "Long")]
    public void Nothing_breaks_under_very_many_seeds() =>
        Seeds.Hold(First, (long)Number("GRID_SIMULATION_COUNT", 100_000), new(), output);

    [Fact]
    public void One_seed_is_one_history()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var (first, second) = (Simulation.Run(seed, traces: true), Simulation.Run(seed, traces: true));
            Assert.Equal(first.Trace, second.Trace);
            Assert.Equal(first.Hash, second.Hash);
            Assert.Equal(first.Hash, Simulation.Run(seed).Hash);
        }
    }

    [Fact]
    public void Other_seeds_are_other_histories() =>
        Assert.Equal(20, Enumerable.Range(1, 20).Select(seed => Simulation.Run((ulong)seed).Hash).Distinct().Count());

    /// <summary>The faults that a review proved once, each with faults of the world that bring it out.</summary>
    [Theory]
    [InlineData(OldFault.DeafWait, "says that a device hangs, and none does", Fault.Cancel)]
    [InlineData(OldFault.LostLeaseCounts, "is given up after", Fault.StoreAway, Fault.LoseAnswers)]
    [InlineData(OldFault.SweepAfterSweep, "nothing is wrong with either", Fault.SlowSweep)]
    [InlineData(OldFault.MemoryCounts, "and kept as nothing", Fault.StoreFallsBack)]
    public void An_old_fault_is_found_when_it_is_put_back(OldFault old, string what, params Fault[] faults)
    {
        var scenario = new Scenario { Faults = faults, Share = 1 };
        var found = Enumerable.Range(1, 300)
            .Select(seed => Simulation.Run((ulong)seed, scenario with { PutBack = old }))
            .First(outcome => outcome.Broken.Any(b => b.Contains(what, StringComparison.Ordinal)));
        output.WriteLine(found.Report);
        Assert.Empty(Simulation.Run(found.Seed, scenario).Broken);
    }

    [Fact]
    public void A_seed_is_replayed()
    {
        var wanted = Environment.GetEnvironmentVariable("GRID_SIMULATION_SEED");
        var seed = ulong.Parse(wanted ?? "1", CultureInfo.InvariantCulture);
        var outcome = Simulation.Run(seed, traces: true);
        Assert.NotEmpty(outcome.Trace);
        var file = Path.Combine(Path.GetTempPath(), $"simulation-{seed}.txt");
        if (wanted is not null) File.WriteAllLines(file, outcome.Trace);
        output.WriteLine($"What happened is in {file}.");
        Assert.True(outcome.Broken.Count == 0, $"{outcome.Report}\nWhat happened is in {file}.");
    }
}
