using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Npgsql;

namespace Grid.Faults.Tests.Processes;

/// <summary>Silos as processes on loopback, with a database, and gridctl to talk to them.</summary>
sealed class ProcessGrid : IAsyncDisposable
{
    /// <summary>How long something is waited for that must come: on a crowded machine everything takes long.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<string>>>> RanAlone = new();

    readonly string _folder = Directory.CreateTempSubdirectory("grid-silos-").FullName;
    readonly string _database;
    readonly ConcurrentDictionary<string, (Process Process, Dictionary<string, string> Settings)> _silos = [];

    readonly IReadOnlyDictionary<string, string> _more;

    ProcessGrid(string database, IReadOnlyDictionary<string, string> more) => (_database, _more) = (database, more);

    /// <summary>What gridctl finds in its environment beside the cluster's address.</summary>
    public Dictionary<string, string> Client { get; } = [];

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The connection string of its database.</summary>
    public string Database => _database;

    public IReadOnlyCollection<string> Silos => [.. _silos.Where(s => !s.Value.Process.HasExited).Select(s => s.Key)];

    /// <param name="more">Settings that go before those of tests.</param>
    public static async Task<ProcessGrid> Start(PostgresServer server, int silos, IReadOnlyDictionary<string, string>? more = null)
    {
        var grid = new ProcessGrid(await server.CreateDatabase(), more ?? new Dictionary<string, string>());
        var (code, output) = await Programs.Run(Programs.PathOf("Silo", "Silo.dll"), grid._folder, grid.Environment(), "migrate");
        Assert.True(code == 0, output);
        await Task.WhenAll(Enumerable.Range(0, silos).Select(i => grid.Add($"silo-{i}")));
        return grid;
    }

    /// <summary>Starts a silo and waits until it is ready.</summary>
    /// <param name="more">Settings of its own.</param>
    public async Task Add(string name, IReadOnlyDictionary<string, string>? more = null)
    {
        var settings = _silos.TryGetValue(name, out var known) ? known.Settings : Settings(name);
        foreach (var (key, value) in more ?? new Dictionary<string, string>()) settings[key] = value;
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        var process = Programs.Start(Programs.PathOf("Silo", "Silo.dll"), folder, settings, line => Log.Enqueue($"{name}: {line}"));
        _silos[name] = (process, settings);
        await Ready(name, HttpStatusCode.OK);
    }

    /// <summary>Waits until the silo answers so when asked whether it is ready.</summary>
    public async Task Ready(string name, HttpStatusCode wanted)
    {
        var (process, settings) = _silos[name];
        using var http = new HttpClient
        {
            BaseAddress = new($"http://127.0.0.1:{settings["Grid__HttpPort"]}"),
            Timeout = TimeSpan.FromSeconds(30)
        };
        var watch = Stopwatch.StartNew();
        while (true)
        {
            Assert.False(process.HasExited, $"{name} ended:\n{Tail()}");
            try
            {
                if ((await http.GetAsync("/health/ready")).StatusCode == wanted) return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not up yet.
            }

            Assert.True(watch.Elapsed < Patience, $"{name} is not ready:\n{Tail()}");
            await Task.Delay(50);
        }
    }

    /// <summary>One sample of the silo's metrics; 0 where there is none, and the sum where there are several.</summary>
    public async Task<double> Metric(string silo, string name)
    {
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{_silos[silo].Settings["Grid__HttpPort"]}") };
        var text = await http.GetStringAsync("/metrics");
        return text.Split('\n')
            .Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] is '{' or ' ')
            .Sum(
                l => double.Parse(l[(l.IndexOf('}') is > 0 and var end ? end + 2 : name.Length + 1)..].Split(' ')[0],
                    System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until the silo's log has one of these texts.</summary>
    public async Task Says(string name, params string[] texts)
    {
        for (var watch = Stopwatch.StartNew(); !Log.Any(
            l => l.StartsWith($"{name}: ", StringComparison.Ordinal) && texts.Any(t => l.Contains(t, StringComparison.Ordinal)));)
        {
            Assert.True(watch.Elapsed < Patience, $"{name} does not say '{string.Join("' or '", texts)}':\n{Tail()}");
            await Task.Delay(50);
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill(string name) => _silos[name].Process.Kill();

    /// <summary>SIGTERM, and until it has ended.</summary>
    public async Task<int> Terminate(string name)
    {
        var process = _silos[name].Process;
        using (var kill = Process.Start("kill", $"-TERM {process.Id}")) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public Task<(int Code, string Output)> Gridctl(params string[] arguments) => GridctlWith(Client, arguments);

    public Task<(int Code, string Output)> GridctlWith(
        IReadOnlyDictionary<string, string> environment, params string[] arguments) => Programs.Run(
        Programs.PathOf("Client", "gridctl.dll"),
        _folder,
        new Dictionary<string, string>(
            environment)
        { ["GRID_CLUSTER"] = string.Join(',', Silos.Select(s => $"127.0.0.1:{Port(s, "Grid__GatewayPort")}")) },
        arguments);

    public string Port(string silo, string setting) => _silos[silo].Settings[setting];

    /// <summary>Submits a sweep file of this text; gives its id.</summary>
    public async Task<string> Submit(string text)
    {
        var (code, output) = await GridctlText("submit", text);
        Assert.True(code == 0, $"{output}\n{Tail()}");
        return output.Split('\n')
            .SelectMany(l => l.Split(' ', ':', ','))
            .First(word => word.StartsWith("small-", StringComparison.Ordinal));
    }

    /// <summary>A command on a sweep file of this text.</summary>
    public async Task<(int Code, string Output)> GridctlText(string command, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "sweep.yaml"), text);
        return await Gridctl(command, "sweep.yaml");
    }

    /// <summary>The exported cells.csv without the columns that tell of time and place.</summary>
    public async Task<IReadOnlyList<string>> Cells(string sweep)
    {
        var (code, output) = await Gridctl("export", sweep, "--to", Path.Combine(_folder, "export"));
        Assert.True(code == 0, output);
        return Numbers(Path.Combine(_folder, "export"));
    }

    /// <summary>What <c>grid run</c> finds for the same sweep, likewise; run once for all tests that ask.</summary>
    /// <param name="environment">What it finds in its environment.</param>
    public static Task<IReadOnlyList<string>> Alone(string text, IReadOnlyDictionary<string, string>? environment = null) =>
        RanAlone.GetOrAdd(text, t => new(() => RunAlone(t, environment ?? new Dictionary<string, string>()))).Value;

    static async Task<IReadOnlyList<string>> RunAlone(string text, IReadOnlyDictionary<string, string> environment)
    {
        var folder = Directory.CreateTempSubdirectory("grid-alone-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "alone.yaml"), text);
        var (code, output) =
            await Programs.Run(Programs.PathOf("Local", "grid.dll"), folder, environment, "run", "alone.yaml", "--out", "alone");
        Assert.True(code == 0, output);
        var numbers = Numbers(Directory.GetDirectories(Path.Combine(folder, "alone"), "small-*").Single());
        Directory.Delete(folder, recursive: true);
        return numbers;
    }

    /// <summary>Cells whose results are in the database.</summary>
    public async Task<long> Kept()
    {
        await using var database = NpgsqlDataSource.Create(_database);
        await using var count = database.CreateCommand("select count(*) from cells");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until at least as many are, and tells how many.</summary>
    public async Task<long> Kept(long cells)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            if (await Kept() is var kept && kept >= cells) return kept;
            Assert.True(watch.Elapsed < Patience, $"{kept} of {cells} cells are kept:\n{Tail()}");
        }
    }

    public string Tail() => string.Join('\n', Log.TakeLast(40));

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _silos.Values.Where(s => !s.Process.HasExited)) process.Kill();
        foreach (var (process, _) in _silos.Values)
        {
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The cells.csv of a folder of results, without the columns that tell of time and place.</summary>
    public static IReadOnlyList<string> Numbers(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "cells.csv"));
        var columns = lines[0].Split(',');
        string[] elsewhere = ["seconds", "attempts", "device", "host"];
        var kept = Enumerable.Range(0, columns.Length).Where(i => !elsewhere.Contains(columns[i])).ToList();
        return [.. lines.Select(l => l.Split(',')).Select(c => string.Join(',', kept.Select(i => c[i])))];
    }

    Dictionary<string, string> Environment() => new() { ["ConnectionStrings__Grid"] = _database };

    Dictionary<string, string> Settings(string name)
    {
        var settings = Tests(name);
        foreach (var (key, value) in _more) settings[key] = value;
        return settings;
    }

    Dictionary<string, string> Tests(string name) => new(Environment())
    {
        ["POD_NAME"] = name,
        ["POD_IP"] = "127.0.0.1",
        ["Grid__SiloPort"] = $"{FreePorts.Next()}",
        ["Grid__GatewayPort"] = $"{FreePorts.Next()}",
        ["Grid__HttpPort"] = $"{FreePorts.Next()}",
        ["Grid__Slots"] = "1",
        ["Grid__LeaseTime"] = "00:00:05",
        ["Grid__ShutdownTimeout"] = "00:00:30",
    };
}
