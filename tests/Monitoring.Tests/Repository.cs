namespace Grid.Monitoring.Tests;

/// <summary>Files of this repository.</summary>
static class Repository
{
    const string Monitoring = "k8s/components/monitoring";

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Dashboards { get; } = [
        .. Directory.GetFiles(Path.Combine(Root, Monitoring, "dashboards"), "*.json").Order(StringComparer.Ordinal)];

    public static string Runbook => File.ReadAllText(Path.Combine(Root, "docs/runbook.md"));

    /// <summary>The rules as Prometheus reads them: what stands below <c>spec</c> of the PrometheusRule.</summary>
    public static string Rules()
    {
        var lines = File.ReadLines(Path.Combine(Root, Monitoring, "rules/alerts.yaml")).SkipWhile(line => line != "spec:").Skip(1).ToList();
        Assert.All(lines, line => Assert.StartsWith("  ", line));
        return string.Join('\n', lines.Select(line => line[2..])) + "\n";
    }

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        return folder;
    }
}
