using System.Diagnostics;

namespace Grid.Faults.Tests.Processes;

/// <summary>A backup from the middle of a sweep is restored while silos run, although they should have been stopped; a replica that takes
/// over without the last writes does the same.</summary>
public sealed class RestoreTests(PostgresServer server)
{
    [Fact]
    public async Task A_database_that_goes_back_under_running_silos_loses_no_cell_and_the_cluster_finds_together_again()
    {
        Needs.Met("postgresql", server.Missing);
        var text = ProcessTests.Sweep.Replace("seeds: 20", "seeds: 200");
        await using var grid = await ProcessGrid.Start(server, silos: 2);
        var sweep = await grid.Submit(text);
        await grid.Kept(60);
        var dump = Path.Combine(Path.GetTempPath(), $"grid-{Path.GetRandomFileName()}.dump");
        await server.Dump(grid.Database, dump);
        var kept = await grid.Kept();
        // The dump does not know of it.
        await grid.Add("silo-2");
        await grid.Kept(kept + 60);

        await server.Restore(grid.Database, dump);
        File.Delete(dump);

        // The others learn that it is not of their cluster, and so does it.
        for (var watch = Stopwatch.StartNew(); grid.Silos.Contains("silo-2"); await Task.Delay(100))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(10), grid.Tail());
        await grid.Add("silo-2");
        // The death of a silo is noticed, for else what it held would never end.
        grid.Kill("silo-1");
        await ProcessTests.Finish(grid, sweep, text);
        Assert.Equal(1200, await grid.Kept());
    }
}
