using System.Globalization;
using System.Net;
using Grid.Sweeps.Files;

namespace Grid.Local.Cluster;

/// <summary>Prometheus over the silos, where it is installed.</summary>
static class Watcher
{
    /// <summary>Writes whom it asks, and starts it or has it read that again.</summary>
    /// <param name="running">Null where it does not run.</param>
    /// <returns>Null where it is not installed.</returns>
    public static WatcherState? Start(ClusterFolder folder, IReadOnlyList<SiloState> silos, WatcherState? running, HashSet<int> taken)
    {
        if (Programs.Find("prometheus") is not { } program) return null;
        var file = folder.In("prometheus.yml");
        var rules = Rules();
        if (rules is not null) AtomicFile.Write(folder.In("alerts.rules.yml"), writer => writer.Write(rules));
        AtomicFile.Write(file, writer => WriteSettings(writer, rules is not null));
        // It reads the file with its targets again when that changes.
        AtomicFile.Write(folder.In("silos.yml"), writer => WriteTargets(writer, silos));
        if (running is not null) return running;
        var port = Ports.Take(9090, taken);
        return new(
            Daemon.Start(
                folder.Log("prometheus"), folder.Path, new Dictionary<string, string>(), program,
                $"--config.file={file}", $"--storage.tsdb.path={folder.In("prometheus")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")),
            port);
    }

    public static async Task<bool> Answers(int port, string path, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await http.GetAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"), ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The alerts of k8s, without what makes an object of Kubernetes of them, and the runbook where it is here; null in a build
    /// without them.</summary>
    static string? Rules()
    {
        if (typeof(Watcher).Assembly.GetManifestResourceStream("alerts.yaml") is not { } stream) return null;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Replace("https://git.example/grid/", "", StringComparison.Ordinal).Split('\n')
            .SkipWhile(l => l != "spec:").Skip(1);
        return string.Join('\n', lines.Select(l => l.Length > 2 ? l[2..] : ""));
    }

    // Labels as in k8s, where dashboards and alerts ask by them.
    static void WriteSettings(TextWriter writer, bool hasRules)
    {
        writer.WriteLine("global: {scrape_interval: 5s, evaluation_interval: 15s}");
        if (hasRules) writer.WriteLine("rule_files: [alerts.rules.yml]");
        writer.WriteLine("scrape_configs:");
        writer.WriteLine("  - job_name: grid");
        writer.WriteLine("    file_sd_configs: [{files: [silos.yml], refresh_interval: 5s}]");
    }

    static void WriteTargets(TextWriter writer, IReadOnlyList<SiloState> silos)
    {
        foreach (var silo in silos)
            writer.WriteLine($"- {{targets: ['127.0.0.1:{silo.HttpPort}'], labels: {{namespace: grid, pod: {silo.Name}}}}}");
    }
}
