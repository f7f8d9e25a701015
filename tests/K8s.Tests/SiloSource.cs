using System.Text.RegularExpressions;

namespace Grid.K8s.Tests;

/// <summary>What the silo reads and opens, from its source text: this project is built where the silo cannot be.</summary>
static partial class SiloSource
{
    public sealed record Setting(string Type, string Default, string Least, string Most);

    static readonly string Options = Tree.Read("Silo", "Configuration", "GridOptions.cs");

    static readonly string Tls = Tree.Read("Silo", "Configuration", "TlsSettings.cs");

    /// <summary>By environment name.</summary>
    public static IReadOnlyDictionary<string, Setting> Settings { get; } = Of("Grid__", Options).Concat(Of("Grid__Tls__", Tls)).ToDictionary();

    static IEnumerable<KeyValuePair<string, Setting>> Of(string section, string source) => Property().Matches(source).Select(m => KeyValuePair.Create(
        $"{section}{m.Groups["name"].Value}",
        new Setting(m.Groups["type"].Value, m.Groups["default"].Value.Trim('"'), m.Groups["least"].Value, m.Groups["most"].Value)));

    /// <summary>Other names that the silo's program asks the environment for.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(
        from project in new[] { "Silo", "Grains", "Lab", "Compute" }
        from file in Tree.Files(project, "*.cs")
        from name in Variable().Matches(Tree.Read(project, file)).Select(m => m.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal))
        select name);

    public static IReadOnlySet<string> Paths { get; } = new HashSet<string>(Check().Matches(Tree.Read("Silo", "Health", "HealthEndpoints.cs")).Select(m => m.Groups[1].Value));

    public static string MetricsPath { get; } = Tree.Read("Silo", "Hosting", "TelemetryExport.cs").Contains("MapPrometheusScrapingEndpoint()", StringComparison.Ordinal) ? "/metrics" : "";

    /// <summary>By the name that manifests give it.</summary>
    public static Dictionary<string, string> Ports(Dictionary<string, string?> environment) =>
        new Dictionary<string, string> { ["silo"] = "Grid__SiloPort", ["gateway"] = "Grid__GatewayPort", ["http"] = "Grid__HttpPort" }
            .ToDictionary(p => p.Key, p => environment.GetValueOrDefault(p.Value) ?? Settings[p.Value].Default);

    [GeneratedRegex("""(?:\[Range\((?:typeof\(TimeSpan\), )?"?(?<least>[^",)]+)"?, "?(?<most>[^",)]+)"?\)\]\s+)?public (?<type>[\w?]+) (?<name>\w+) \{ get; set; \}(?: = (?<default>.+);)?""")]
    private static partial Regex Property();

    [GeneratedRegex("""(?:GetEnvironmentVariable\("|const string \w+ = "(?=Grid:|ConnectionStrings:))([\w:]+)""")]
    private static partial Regex Variable();

    [GeneratedRegex("""MapHealthChecks\("([^"]+)""")]
    private static partial Regex Check();
}
