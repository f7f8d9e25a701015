using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Grid.Monitoring.Tests;

/// <summary>The silo's program, as its own process.</summary>
sealed class SiloProgram : IAsyncDisposable
{
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    readonly Process _process;
    readonly string _log;

    SiloProgram(string name, string folder, IEnumerable<(string Name, string Value)> environment)
    {
        Name = name;
        _log = Path.Combine(folder, $"{name}.log");
        // Into a file, for whoever has to find out why it failed.
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", "exec dotnet \"$0\" >\"$1\" 2>&1", Path.Combine(AppContext.BaseDirectory, "Silo.dll"),
                _log])
        { WorkingDirectory = folder };
        foreach (var (key, value) in environment.Append(("Grid__SiloName", name))
            .Append(("Grid__SiloPort", $"{FreePorts.Next()}"))
            .Append(("Grid__GatewayPort", $"{Gateway}"))
            .Append(("Grid__HttpPort", $"{HttpPort}")).Append(("Grid__Folder", Path.Combine(folder, name)))) start.Environment[key] = value;
        _process = Process.Start(start)!;
    }

    public string Name { get; }

    public int Gateway { get; } = FreePorts.Next();

    public int HttpPort { get; } = FreePorts.Next();

    public Task<string> Scrape() => Http.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort}/metrics"));

    public static async Task Migrate(string connection)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Silo.dll"), "migrate"])
        { RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__Grid"] = connection;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }

    public static async Task<SiloProgram> Start(string name, string folder, params (string Name, string Value)[] environment)
    {
        var silo = new SiloProgram(name, folder, environment);
        await Until.True(
            async () => silo._process.HasExited ? throw new InvalidOperationException(await File.ReadAllTextAsync(silo._log))
                : (await Http.GetAsync(new Uri($"http://127.0.0.1:{silo.HttpPort}/health/ready"))).IsSuccessStatusCode,
            () => File.ReadAllText(silo._log));
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
