using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Grid.K8s.Tests.Rules;

/// <summary>What the environment sets, the silo reads, in a form and range that it accepts.</summary>
static partial class Settings
{
    public static IEnumerable<string> Findings(Rendering r) =>
        r.Workloads.Where(w => w.Labels.GetValueOrDefault("app.kubernetes.io/name") == "grid").SelectMany(w => w.Containers.SelectMany(c => Findings(w, r.Environment(c))))
            .Concat(r.Silos.SelectMany(w => w.Containers.SelectMany(c => OfSilo(w, c, r.Environment(c)))));

    static IEnumerable<string> Findings(Workload w, Dictionary<string, string?> environment)
    {
        foreach (var (name, value) in environment)
        {
            if (CompiledSilo.Settings.TryGetValue(name, out var setting))
            {
                if (value is not null && !Fits(setting, value)) yield return $"{w}: {name}={value} is no {setting.Type.Name} from {setting.Range?.Minimum} to {setting.Range?.Maximum}";
            }
            else if (!CompiledSilo.Reads(name) && !Runtime().IsMatch(name))
            {
                yield return $"{w}: the silo reads no {name}";
            }
        }

        if (environment.GetValueOrDefault("ConnectionStrings__Grid") is not { } connection) yield return $"{w}: no ConnectionStrings__Grid, which silos on several machines need";
        else if (connection.Contains("Password", StringComparison.OrdinalIgnoreCase)) yield return $"{w}: a password in ConnectionStrings__Grid";
        if (environment.GetValueOrDefault("Grid__PasswordFile") is not { } file || !Mounts(w, file, out var secret) || secret.Length == 0) yield return $"{w}: Grid__PasswordFile is not in a mounted secret";
    }

    static IEnumerable<string> OfSilo(Workload w, JsonNode container, Dictionary<string, string?> environment)
    {
        foreach (var (name, field) in new[] { ("POD_NAME", "metadata.name"), ("POD_IP", "status.podIP") })
        {
            if (container.Items("env").FirstOrDefault(e => e.Text("name") == name).Text("valueFrom/fieldRef/fieldPath") != field) yield return $"{w}: {name} is not {field}";
        }

        static bool IsSecret(string name) => name is "PGSSLROOTCERT" or "Grid__Identity__PeopleFile"
            || (name.StartsWith("Grid__Tls__", StringComparison.Ordinal) && name.EndsWith("File", StringComparison.Ordinal));
        foreach (var (name, file) in environment.Where(e => IsSecret(e.Key)))
            if (!Mounts(w, file ?? "", out var secret) || secret.Length == 0) yield return $"{w}: {name} is not in a mounted secret";

        var shutdown = TimeSpan.Parse(environment.GetValueOrDefault("Grid__ShutdownTimeout") ?? "00:01:40", CultureInfo.InvariantCulture);
        var grace = TimeSpan.FromSeconds(w.Pod.Whole("terminationGracePeriodSeconds") ?? 30);
        if (grace < shutdown + TimeSpan.FromSeconds(10)) yield return $"{w}: a grace of {grace} leaves no time after Grid__ShutdownTimeout of {shutdown}";
        var folder = environment.GetValueOrDefault("Grid__Folder") ?? "";
        var volume = w.Pod.Items("volumes").FirstOrDefault(v => container.Items("volumeMounts").Any(m => m.Text("name") == v.Text("name") && m.Text("mountPath") == folder));
        if (volume is null) yield return $"{w}: Grid__Folder {folder} is on no volume, and the root is read-only";
        else if (Quantity.Of(volume.Text("emptyDir/sizeLimit")) < 1.1 * (1 << 20) * double.Parse(environment.GetValueOrDefault("Grid__ModelMegabytes") ?? "4096", CultureInfo.InvariantCulture))
            yield return $"{w}: Grid__ModelMegabytes fill the volume of Grid__Folder";
    }

    static bool Mounts(Workload w, string file, out string secret)
    {
        var mount = w.Containers.SelectMany(c => c.Items("volumeMounts")).FirstOrDefault(m => Path.GetDirectoryName(file) == m.Text("mountPath"));
        secret = w.Pod.Items("volumes").FirstOrDefault(v => v.Text("name") == mount.Text("name")).Text("secret/secretName");
        return mount is not null;
    }

    /// <summary>As the silo reads and checks it.</summary>
    static bool Fits(CompiledSilo.Setting setting, string value)
    {
        if (setting.Type == typeof(string)) return value.Length > 0;
        try
        {
            var read = TypeDescriptor.GetConverter(setting.Type).ConvertFromInvariantString(value);
            return setting.Range?.IsValid(read) != false;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }

    // .NET's, OpenTelemetry's and the database driver's own.
    [GeneratedRegex("^(DOTNET_PROCESSOR_COUNT|DOTNET_GC[A-Za-z0-9]+|OTEL_[A-Z_]+|PGSSLROOTCERT)$")]
    private static partial Regex Runtime();
}
