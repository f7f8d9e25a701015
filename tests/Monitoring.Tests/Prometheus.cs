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

    Prometheus(string folder, IEnumerable<(string Pod, int HttpPort)> silos, string rules, int? exporter)
    {
        var targets = silos.Select(s => $"      - {{targets: ['127.0.0.1:{s.HttpPort}'], labels: {{namespace: grid, pod: {s.Pod}}}}}\n");
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(Path.Combine(folder, "alerts.rules.yaml"), rules);
        File.WriteAllText(file,
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [alerts.rules.yaml]\nscrape_configs:\n"
            + (exporter is { } port
                ? $"  - {{job_name: others, honor_labels: true, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}\n" : "")
            + $"  - job_name: grid\n    static_configs:\n{string.Concat(targets)}");
        _process = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec prometheus --config.file=\"$0\" --storage.tsdb.path=\"$1\" --web.listen-address=127.0.0.1:$2 >\"$0.log\" 2>&1",
                file, Path.Combine(folder, "samples"), $"{_port}"]))!;
    }

    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Once every silo has been read a number of times.</summary>
    /// <param name="rules">Rules that it evaluates every second; none by default.</param>
    /// <param name="exporter">Port of something else to read, which names its own labels.</param>
    public static async Task<Prometheus> Start(
        string folder, IReadOnlyCollection<(string Pod, int HttpPort)> silos, int scrapes, string rules = "", int? exporter = null)
    {
        var prometheus = new Prometheus(folder, silos, rules, exporter);
        await Until.True(
            async () => await prometheus.Values($"sum_over_time(up{{job=\"grid\"}}[5m]) >= {scrapes}") is { } read
                && read.Count == silos.Count,
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

    /// <summary>What an alert with that label says, once it fires. Its link is one that the runbook has.</summary>
    public async Task<string> Page(string alert, (string Name, string Value)? label = null)
    {
        JsonNode? page = null;
        await Until.True(
            async () => (page = (await Alerts(alert)).FirstOrDefault(
                a => a["state"]!.GetValue<string>() == "firing"
                    && (label is not { } wanted || a["labels"]![wanted.Name]?.GetValue<string>() == wanted.Value))) is not null,
            () => $"{alert} does not fire");
        Assert.NotEqual("", page!["annotations"]!["summary"]!.GetValue<string>());
        Assert.EndsWith($"#{alert.ToLowerInvariant()}", page["annotations"]!["runbook_url"]!.GetValue<string>(), StringComparison.Ordinal);
        return page["annotations"]!["description"]!.GetValue<string>();
    }

    /// <summary>Whether an alert fires, or is about to.</summary>
    public async Task<bool> Fires(string alert) => (await Alerts(alert)).Count > 0;

    public Task Ends(string alert) => Until.True(async () => !await Fires(alert), () => $"{alert} does not end");

    async Task<List<JsonNode>> Alerts(string alert) =>
    [
        .. (await Ask("alerts"))["alerts"]!.AsArray().Select(a => a!)
            .Where(a => a["labels"]!["alertname"]!.GetValue<string>() == alert),
    ];

    async Task<JsonArray> Results(string expression) =>
        (await Ask($"query?query={Uri.EscapeDataString(expression)}"))["result"]!.AsArray();

    async Task<JsonNode> Ask(string what)
    {
        using var response = await _http.GetAsync(new Uri($"{Url}/api/v1/{what}"));
        // It listens before it can answer.
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable) throw new HttpRequestException("Prometheus is not ready yet.");
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(answer["status"]!.GetValue<string>() == "success", $"{what}: {answer["error"]}");
        return answer["data"]!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
