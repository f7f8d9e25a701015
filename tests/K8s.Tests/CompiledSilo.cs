using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Grid.Silo.Configuration;
using Grid.Silo.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Grid.K8s.Tests;

/// <summary>What the silo reads and opens, asked of its program.</summary>
static class CompiledSilo
{
    public sealed record Setting(Type Type, string Default, RangeAttribute? Range);

    /// <summary>By environment name.</summary>
    public static IReadOnlyDictionary<string, Setting> Settings { get; } =
        Of(new GridOptions(), GridOptions.Section).Concat(Of(new TlsSettings(), TlsSettings.Section))
            .Concat(Of(new IdentitySettings(), IdentitySettings.Section)).Concat(Of(new BucketSettings(), BucketSettings.Section))
            .ToDictionary();

    /// <summary>Paths that it answers by HTTP.</summary>
    public static IReadOnlySet<string> Paths { get; } = Endpoints().ToHashSet();

    static readonly HashSet<string> Literals = [.. new[] { "Silo", "Grid.Grains", "Grid.Lab", "Grid.Compute" }.SelectMany(LiteralsOf)];

    static readonly Lazy<List<string>> Orleans = new(() => LiteralsOf("Orleans.Runtime"));

    /// <summary>Whether a name of the environment is a setting, or stands in the program itself.</summary>
    public static bool Reads(string name) =>
        Settings.ContainsKey(name) || Literals.Contains(name) || Literals.Contains(name.Replace("__", ":", StringComparison.Ordinal));

    /// <summary>Whether these words are of a line that the silo or Orleans writes.</summary>
    public static bool Says(string words) =>
        Literals.Concat(Orleans.Value).Any(l => l.Contains(words, StringComparison.Ordinal));

    /// <summary>Whether an instrument of the silo has that name in Prometheus.</summary>
    public static bool Measures(string metric) => Literals.Contains(metric.Replace('_', '.'));

    /// <summary>By the name that manifests give it.</summary>
    public static Dictionary<string, string> Ports(Dictionary<string, string?> environment) =>
        new Dictionary<string, string>
        {
            ["silo"] = "Grid__SiloPort",
            ["gateway"] = "Grid__GatewayPort",
            ["http"] = "Grid__HttpPort",
            ["https"] = "Grid__Identity__HttpsPort"
        }
            .Select(p => KeyValuePair.Create(p.Key, environment.GetValueOrDefault(p.Value) ?? Settings[p.Value].Default))
            // A port 0 is none.
            .Where(p => p.Value != "0").ToDictionary();

    static IEnumerable<KeyValuePair<string, Setting>> Of(object defaults, string section) =>
        from property in defaults.GetType().GetProperties()
        where property.PropertyType.Namespace != typeof(GridOptions).Namespace
        select KeyValuePair.Create(
            $"{section}:{property.Name}".Replace(":", "__", StringComparison.Ordinal),
            new Setting(property.PropertyType, Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture) ?? "",
                property.GetCustomAttribute<RangeAttribute>()));

    static List<string> Endpoints()
    {
        var folder = Directory.CreateTempSubdirectory("grid-k8s-").FullName;
        try
        {
            var silo = SiloHost.Build([$"--{GridOptions.Section}:{nameof(GridOptions.Folder)}={folder}"]).GetAwaiter().GetResult();
            var paths = ((IEndpointRouteBuilder)silo).DataSources
                .SelectMany(s => s.Endpoints)
                .OfType<RouteEndpoint>()
                .Select(e => e.RoutePattern.RawText!)
                .ToList();
            silo.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return paths;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static List<string> LiteralsOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")));
        var metadata = file.GetMetadataReader();
        var found = new List<string>();
        // The first entry is the empty one.
        for (var at = metadata.GetNextHandle(MetadataTokens.UserStringHandle(0)); !at.IsNil; at = metadata.GetNextHandle(at))
            found.Add(metadata.GetUserString(at));
        return found;
    }
}
