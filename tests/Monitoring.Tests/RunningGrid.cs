using Grid.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Grid.Monitoring.Tests;

/// <summary>
/// PostgreSQL, a silo with devices and one without, a sweep that goes on for as long as the tests, and Prometheus reading it all.
/// </summary>
public sealed class RunningGrid : IAsyncLifetime
{
    // FRIENDS first, for it is the shortest; then curves in plenty.
    const string File = """
        name: live
        parts:
          - {dataset: houses, model: linear, attack: price-poisoning, strength: 1, trials: 100,
             defense: {friends: {noise_std: [1, 5], clip_threshold: [1, 8]}}}
          - {dataset: digits, model: softmax, attack: fgsm, defense: [none, median-filter],
             strength: {from: 0, to: 0.3, count: 4}, seeds: 5000}
        """;

    readonly PostgresServer _server = new();
    readonly string _folder = Directory.CreateTempSubdirectory("grid-live-").FullName;
    readonly Collector _collector = new();
    readonly List<SiloProgram> _silos = [];
    IHost? _client;
    Prometheus? _prometheus;

    /// <summary>Why there is nothing to look at; null if there is.</summary>
    public string? Missing { get; private set; }

    public string Sweep { get; private set; } = "";

    public int Cells { get; private set; }

    public NpgsqlDataSource Database { get; private set; } = null!;

    internal Prometheus Prometheus => _prometheus!;

    internal Collector Collector => _collector;

    internal SiloProgram Worker => _silos[0];

    internal SiloProgram Control => _silos[1];

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Missing = _server.Missing ?? Promtool.Missing;
        if (Missing is not null) return;
        var connection = await _server.CreateDatabase();
        Database = _server.Open(connection);
        await SiloProgram.Migrate(connection);
        (string, string)[] settings =
        [
            ("ConnectionStrings__Grid", connection), ("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "500"),
        ];
        _silos.AddRange(await Task.WhenAll(
            SiloProgram.Start("worker-0", _folder, [.. settings, ("Grid__Slots", "2")]),
            SiloProgram.Start("control-0", _folder, [.. settings, ("Grid__Devices", "none")])));
        _prometheus = await Prometheus.Start(_folder, [.. _silos.Select(s => (s.Name, s.HttpPort))], scrapes: 1);
        await Submit();
        await Until.True(
            async () => await Prometheus.Values("sum(increase(grid_cells_completed_total[15s])) > 50") is { Count: > 0 }
                && await Rows($"select 1 from friends_grid where sweep = '{Sweep}'") > 0,
            () => System.IO.File.ReadAllText(Path.Combine(_folder, "worker-0.log")));
    }

    public async Task<int> Rows(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync()) rows++;
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.StopAsync(new CancellationToken(canceled: true));
        _client?.Dispose();
        if (_prometheus is not null) await _prometheus.DisposeAsync();
        foreach (var silo in _silos) await silo.DisposeAsync();
        _collector.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task Submit()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, Control.Gateway));
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("grid", "grid"));
            client.Services.AddSerializer(serializer => serializer.AddGrid());
        });
        _client = builder.Build();
        await _client.StartAsync();
        var submission = await _client.Services.GetRequiredService<IClusterClient>().GetGrain<IGridGrain>(0).Submit("live.yaml", File);
        (Sweep, Cells) = (submission.Sweep, submission.Cells);
    }
}
