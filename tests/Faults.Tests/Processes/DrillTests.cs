using System.Net;

namespace Grid.Faults.Tests.Processes;

/// <summary>
/// A day in operation: scale out, lose a silo to a drain, roll all of them, with a sweep going on throughout and the settings of the
/// manifests.
/// </summary>
public sealed class DrillTests(PostgresServer server)
{
    [Fact]
    public async Task Scaling_draining_and_rolling_loses_nothing_and_every_silo_tells_the_truth()
    {
        Needs.Met("postgresql", server.Missing);
        // Paths are the pod's, and a test has less patience than Kubernetes.
        var settings =
            Manifest().Where(
                s => s.Key is not ("GRID_DATA" or "Grid__Folder" or "Grid__PasswordFile" or "ConnectionStrings__Grid" or "Grid__HttpPort"
                    or "Grid__SiloPort" or "Grid__GatewayPort"));
        await using var grid = await ProcessGrid.Start(server, silos: 3, settings.ToDictionary());
        var text = ProcessTests.Sweep.Replace("seeds: 20", "seeds: 120", StringComparison.Ordinal);
        var sweep = await grid.Submit(text);

        await grid.Add("silo-3");
        Assert.Equal(4, grid.Silos.Count);

        var draining = grid.Terminate("silo-1");
        Assert.Equal(0, await draining);
        await grid.Add("silo-1");

        foreach (var silo in (string[])["silo-0", "silo-1", "silo-2", "silo-3"])
        {
            Assert.Equal(0, await grid.Terminate(silo));
            await grid.Add(silo);
            foreach (var other in grid.Silos) await grid.Ready(other, HttpStatusCode.OK);
        }

        var (code, output) = await grid.Gridctl("watch", sweep);
        Assert.True(code == 0, $"{output}\n{grid.Tail()}");
        Assert.Equal(await ProcessGrid.Alone(text), await grid.Cells(sweep));
        // What the sweep has left to do, every silo says: nothing.
        foreach (var silo in grid.Silos) Assert.Equal(0, await grid.Metric(silo, "grid_cells_pending"));
    }

    static IEnumerable<KeyValuePair<string, string>> Manifest()
    {
        var path = Path.GetFullPath(Path.Combine(Programs.PathOf("Silo", ""), "..", "..", "..", "..", "k8s", "base", "grid.env"));
        return from line in File.ReadLines(path)
               where line.Length > 0 && line[0] != '#'
               let parts = line.Split('=', 2)
               select KeyValuePair.Create(parts[0], parts[1]);
    }
}
