namespace Grid.Faults.Tests.Processes;

/// <summary>A server that may be stopped, for others use the common one.</summary>
public sealed class FragileServer : PostgresServer;

public sealed class OutageTests(FragileServer server) : IClassFixture<FragileServer>
{
    [Fact]
    public async Task A_database_that_is_away_in_the_middle_of_a_sweep_loses_nothing_and_fails_nothing()
    {
        Needs.Met("postgresql", server.Missing);
        var text = ProcessTests.Sweep.Replace("seeds: 20", "seeds: 40");
        await using var grid = await ProcessGrid.Start(server, silos: 2);
        var sweep = await grid.Submit(text);
        await grid.Kept(20);

        // Without a word to those who are connected.
        await server.Stop("immediate");
        var alone = ProcessGrid.Alone(text);
        // Until each has noticed: by a result that it had computed, or, where it had none in hand, by a group that it asked for.
        foreach (var silo in grid.Silos) await grid.Says(silo, "it waits on disk", "cannot ask the cells of group");
        Assert.Equal(2, grid.Silos.Count);
        await server.Start();

        Assert.InRange(await grid.Kept(), 20, 239);
        // A failed cell would have it end with 3.
        await ProcessTests.Finish(grid, sweep, text);
        Assert.Equal(241, (await alone).Count);
        Assert.Equal(2, grid.Silos.Count);
        // Everybody asks again and again, and that is not news each time.
        Assert.DoesNotContain(grid.Log, l => l.Contains("Error from storage provider", StringComparison.Ordinal));
        Assert.InRange(grid.Log.Count(l => l.Contains("cannot ask the cells", StringComparison.Ordinal)), 0, 20);
    }
}
