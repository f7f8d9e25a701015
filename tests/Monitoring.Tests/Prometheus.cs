using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace Grid.Monitoring.Tests;

/// <summary>A Prometheus that reads silos every second, with the labels that a PodMonitor gives them.</summary>
sealed class Prometheus : IAsyncDisposable
{
    readonly HttpClient _http = new();
    readonly int _port = FreePorts.Next();
    readonly Process _process;

    Prometheus(string folder, IEnumerable<SiloProgram> silos)
    {
        var targets = silos.Select(s => $"      - {{targets: ['127.0.0.1:{s.HttpPort}'], labels: {{namespace: grid, pod: {s.Name}}}}}\n");
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file,
            $"global: {{scrape_interval: 1s}}\nscrape_configs:\n  - job_name: grid\n    static_configs:\n{string.Concat(targets)}");
        _process = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec prometheus --config.file=\"$0\" --storage.tsdb.path=\"$1\" --web.listen-address=127.0.0.1:$2 >\"$0.log\" 2>&1",
                file, Path.Combine(folder, "samples"), $"{_port}"]))!;
    }

    /// <summary>Once every silo has been read a number of times.</summary>
    public static async Task<Prometheus> Start(string folder, IReadOnlyCollection<SiloProgram> silos, int scrapes)
    {
        var prometheus = new Prometheus(folder, silos);
        await Until.True(
            async () => await prometheus.Values($"sum_over_time(up[5m]) >= {scrapes}") is { } read && read.Count == silos.Count,
            () => File.ReadAllText(Path.Combine(folder, "prometheus.yml.log")));
        return prometheus;
    }

    /// <summary>What an expression gives now, without those that are no number; fails where Prometheus does not understand it.</summary>
    public async Task<IReadOnlyList<double>> Values(string expression) =>
    [
        .. (await Results(expression))
            .Select(r => double.Parse(r!["value"]![1]!.GetValue<string>().Replace("Inf", "Infinity", StringComparison.Ordinal),
                System.Globalization.CultureInfo.InvariantCulture)).Where(v => !double.IsNaN(v)),
    ];

    /// <summary>Names of the labels that each of the series has.</summary>
    public async Task<IReadOnlySet<string>> Labels(string expression) =>
        (await Results(expression))
            .Select(r => r!["metric"]!.AsObject().Select(l => l.Key))
            .Aggregate((a, b) => a.Intersect(b))
            .ToHashSet();

    async Task<JsonArray> Results(string expression)
    {
        using var response =
            await _http.GetAsync(new Uri($"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        // It listens before it can answer.
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable) throw new HttpRequestException("Prometheus is not ready yet.");
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(answer["status"]!.GetValue<string>() == "success", $"{expression}: {answer["error"]}");
        return answer["data"]!["result"]!.AsArray();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
