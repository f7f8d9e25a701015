using System.Text.RegularExpressions;
using Grid.Compute;
using Grid.Contracts;
using Grid.Silo.Hosting;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Grid.Monitoring.Tests;

/// <summary>
/// A silo whose certificates end within hours and whose device never ends a cell, one that can be killed, an exporter, and a Prometheus
/// that has our rules, a minute of them being a second.
/// </summary>
public sealed partial class FaultyGrid : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-faulty-").FullName;
    readonly Certificates _certificates = new();
    readonly ManualResetEventSlim _hang = new();
    readonly int _port = FreePorts.Next();
    // In this process, where one silo alone may be: what a process measures it measures for all of them.
    WebApplication? _worker;
    SiloProgram? _other;
    Prometheus? _prometheus;

    /// <summary>Why there is nothing to look at; null if there is.</summary>
    public string? Missing => Promtool.Missing;

    internal Prometheus Prometheus => _prometheus!;

    internal Exporter Exporter { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null) return;
        await Start();
        _other = await SiloProgram.Start("worker-1", _folder, ("Grid__Devices", "none"));
        _prometheus = await Prometheus.Start(
            _folder, [("worker-0", _port), ("worker-1", _other.HttpPort)], scrapes: 5, Hurried(Repository.Rules()), Exporter.Port);
    }

    /// <summary>Has worker-0 run a cell that is to end after a second, and does not.</summary>
    public Task Hang() => _worker!.Services.GetRequiredService<IGrainFactory>().GetGrain<IGridGrain>(0).Submit("hangs.yaml",
        "{name: hangs, dataset: digits, model: softmax, attack: fgsm, strength: 0.1, limits: {timeout: 1s}}");

    public async Task KillWorker1()
    {
        await _other!.DisposeAsync();
        _other = null;
    }

    public async Task<int> Asks(string path)
    {
        using var http = new HttpClient();
        return (int)(await http.GetAsync(new Uri($"http://127.0.0.1:{_port}{path}"))).StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null) await _prometheus.DisposeAsync();
        _hang.Set();
        if (_worker is not null) await _worker.DisposeAsync();
        if (_other is not null) await _other.DisposeAsync();
        Exporter.Dispose();
        _certificates.Dispose();
        _hang.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    async Task Start()
    {
        var (certificate, key) = _certificates.Silo();
        _worker = await SiloHost.Build(
            [
                "--Grid:SiloName=worker-0", $"--Grid:Folder={Path.Combine(_folder, "worker-0")}", "--Grid:Slots=1",
                $"--Grid:SiloPort={FreePorts.Next()}", $"--Grid:GatewayPort={FreePorts.Next()}", $"--Grid:HttpPort={_port}",
                "--Grid:HangTime=00:00:01", $"--Grid:Tls:CertificateFile={certificate}", $"--Grid:Tls:KeyFile={key}",
                $"--Grid:Tls:AuthorityFile={_certificates.AuthorityFile}",
            ],
            services => services.AddSingleton<IExperiments>(new Hanging(_hang)));
        await _worker.StartAsync();
    }

    static string Hurried(string rules) =>
        Minutes().Replace(rules.Replace("[1h]", "[60s]", StringComparison.Ordinal), m => $"{m.Groups[1].Value}{m.Groups[2].Value}s");

    /// <summary>A device that hears nothing, as a card does that hangs.</summary>
    sealed class Hanging(ManualResetEventSlim end) : IExperiments
    {
        public void Run(
            IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
            Action<CellResult> done, CancellationToken ct) => end.Wait(CancellationToken.None);
    }

    // Windows and patience; what a rule compares with stays.
    [GeneratedRegex(@"(\[|for: )(\d+)m\b")]
    private static partial Regex Minutes();
}
