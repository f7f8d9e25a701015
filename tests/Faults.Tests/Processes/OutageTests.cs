using System.Diagnostics;

namespace Grid.Faults.Tests.Processes;

/// <summary>A server that may be stopped, for others use the common one.</summary>
public sealed class FragileServer : PostgresServer;

public sealed class OutageTests(FragileServer server) : IClassFixture<FragileServer>
{
    static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_database_that_is_away_for_10_s_in_the_middle_of_a_sweep_loses_nothing_and_fails_nothing()
    {
        Needs.Met("postgresql", server.Missing);
        var text = ProcessTests.Sweep.Replace("seeds: 20", "seeds: 40");
        await using var grid = await ProcessGrid.Start(server, silos: 2);
        var sweep = await grid.Submit(text);
        var watch = Stopwatch.StartNew();
        while (await grid.Kept() < 20)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"Nothing is done:\n{grid.Tail()}");
            await Task.Delay(20);
        }

        // Without a word to those who are connected.
        await server.Stop("immediate");
        var alone = ProcessGrid.Alone(text);
        await Task.Delay(Outage);
        Assert.Equal(2, grid.Silos.Count);
        await server.Start();

        Assert.InRange(await grid.Kept(), 20, 239);
        // A failed cell would have it end with 3.
        await ProcessTests.Finish(grid, sweep, text);
        Assert.Equal(241, (await alone).Count);
        Assert.Equal(2, grid.Silos.Count);
    }
}
