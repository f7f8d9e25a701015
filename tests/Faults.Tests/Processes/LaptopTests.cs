using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Grid.Faults.Tests.Processes;

/// <summary><c>grid cluster</c>: a whole cluster from one command, with the PostgreSQL of this machine.</summary>
public sealed class LaptopTests(PostgresServer server) : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-laptop-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Grid("down", "--delete");
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_command_starts_a_cluster_whose_sweeps_outlive_kills_and_its_end()
    {
        Needs.Met("postgresql", server.Missing);
        await Up(2);
        OnlyThisMachineHears();
        await File.WriteAllTextAsync(Path.Combine(_folder, "sweep.yaml"), ProcessTests.Sweep);
        await Gridctl("submit", "sweep.yaml");

        using (var victim = Process.GetProcessById(Silos()[0].GetProperty("daemon").GetProperty("process").GetInt32())) victim.Kill();
        var (missed, told) = await Grid("status");
        Assert.Equal(1, missed);
        Assert.Matches("silo-0 +down", told);
        Assert.Matches("silo-1 +ready", told);

        // It starts what is missing, and what is more.
        await Up(3);
        var (well, all) = await Grid("status");
        Assert.True(well == 0, all);
        await Gridctl("watch", "small");
        await Gridctl("export", "small", "--to", "export");
        Assert.Equal(await ProcessGrid.Alone(ProcessTests.Sweep), ProcessGrid.Numbers(Path.Combine(_folder, "export")));

        var isWatched = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(f => File.Exists(Path.Combine(f, "prometheus")));
        if (isWatched)
        {
            var rules = await Watched("/api/v1/rules");
            Assert.Contains("\"name\":\"GridSweepStalled\"", rules, StringComparison.Ordinal);
            Assert.Contains("\"runbook_url\":\"docs/runbook.md#gridsweepstalled\"", rules, StringComparison.Ordinal);
        }

        var gateways = Gateways();
        var (down, ended) = await Grid("down");
        Assert.True(down == 0, ended);
        foreach (var gateway in gateways) Assert.False(await Listens(gateway));
        Assert.Equal(1, (await Grid("status")).Code);

        await Up(1);
        Assert.Contains("finished", await Gridctl("list"), StringComparison.Ordinal);
        Assert.Equal(0, (await Grid("down", "--delete")).Code);
        Assert.False(Directory.Exists(Path.Combine(_folder, "grid-cluster")));
    }

    [Fact]
    public async Task A_silo_that_cannot_start_is_named_with_its_reason_and_its_log()
    {
        Needs.Met("postgresql", server.Missing);

        var (code, output) = await GridWith(new() { ["Grid__Slots"] = "2000" }, "up", "--silos", "1", "--silo", Silo);

        Assert.Equal(2, code);
        Assert.Contains("silo-0 ended: ", output, StringComparison.Ordinal);
        Assert.Contains("Slots", output, StringComparison.Ordinal);
        Assert.Contains("grid-cluster/logs/silo-0.log", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_named_is_used_and_left_alone()
    {
        Needs.Met("postgresql", server.Missing);
        var named = new Dictionary<string, string> { ["ConnectionStrings__Grid"] = await server.CreateDatabase() };

        var (code, output) = await GridWith(named, "up", "--silos", "1", "--silo", Silo);
        Assert.True(code == 0, output);
        Assert.False(Directory.Exists(Path.Combine(_folder, "grid-cluster", "postgres")));

        var (refused, line) = await Grid("up", "--silos", "1", "--silo", Silo);
        Assert.Equal(2, refused);
        Assert.Contains("ConnectionStrings__Grid", line, StringComparison.Ordinal);
        Assert.Equal(0, (await Grid("down")).Code);
        await using var database = server.Open(named["ConnectionStrings__Grid"]);
        await using var count = database.CreateCommand("select count(*) from sweeps");
        Assert.Equal(0L, await count.ExecuteScalarAsync());
    }

    // Whoever shares a network with a laptop is nobody whom its owner let in.
    void OnlyThisMachineHears()
    {
        var ports =
            Silos().SelectMany(s => new[] { "siloPort", "gatewayPort", "httpPort" }.Select(p => s.GetProperty(p).GetInt32())).ToHashSet();
        var opened = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => ports.Contains(l.Port)).ToList();
        Assert.Equal(ports, opened.Select(l => l.Port).ToHashSet());
        Assert.All(opened, l => Assert.True(IPAddress.IsLoopback(l.Address), $"{l} is open to the network"));
    }

    static string Silo => Programs.PathOf("Silo", "Silo.dll");

    async Task Up(int silos)
    {
        var (code, output) = await Grid("up", "--silos", $"{silos}", "--silo", Silo);
        Assert.True(code == 0, output);
    }

    Task<(int Code, string Output)> Grid(params string[] arguments) => GridWith([], arguments);

    Task<(int Code, string Output)> GridWith(Dictionary<string, string> environment, params string[] arguments) =>
        Programs.Run(Programs.PathOf("Local", "grid.dll"), _folder, environment, ["cluster", .. arguments]);

    async Task<string> Gridctl(params string[] arguments)
    {
        var cluster = string.Join(',', Gateways().Select(port => $"localhost:{port}"));
        var (code, output) = await Programs.Run(
            Programs.PathOf("Client", "gridctl.dll"), _folder, new Dictionary<string, string> { ["GRID_CLUSTER"] = cluster }, arguments);
        Assert.True(code == 0, output);
        return output;
    }

    IReadOnlyList<int> Gateways() => [.. Silos().Select(s => s.GetProperty("gatewayPort").GetInt32())];

    IReadOnlyList<JsonElement> Silos()
    {
        using var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "grid-cluster", "cluster.json")));
        return [.. state.RootElement.GetProperty("silos").EnumerateArray().Select(s => s.Clone())];
    }

    async Task<string> Watched(string path)
    {
        using var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "grid-cluster", "cluster.json")));
        using var http = new HttpClient();
        var port = state.RootElement.GetProperty("watcher").GetProperty("port").GetInt32();
        return await http.GetStringAsync($"http://127.0.0.1:{port}{path}");
    }

    static async Task<bool> Listens(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
