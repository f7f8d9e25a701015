using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Rules;

/// <summary>Ports are those that the silo opens, probes ask what it answers.</summary>
static class Probes
{
    static readonly Dictionary<string, string> Paths = new()
    {
        ["startupProbe"] = "/health/startup",
        ["livenessProbe"] = "/health/live",
        ["readinessProbe"] = "/health/ready"
    };

    public static IEnumerable<string> Findings(Rendering r) =>
        r.Silos.SelectMany(w => w.Containers.SelectMany(c => Findings(w, c, CompiledSilo.Ports(r.Environment(c)))));

    static IEnumerable<string> Findings(Workload w, JsonNode container, Dictionary<string, string> open)
    {
        var declared = container.Items("ports").ToDictionary(p => p.Text("name"), p => p.Text("containerPort"));
        foreach (var (name, port) in open)
            if (declared.GetValueOrDefault(name) != port)
                yield return $"{w}: port '{name}' is '{declared.GetValueOrDefault(name)}', the silo opens {port}";
        foreach (var name in declared.Keys.Except(open.Keys)) yield return $"{w}: the silo opens no port '{name}'";
        foreach (var (probe, path) in Paths)
        {
            if (!CompiledSilo.Paths.Contains(path)) yield return $"{w}: the silo has no path {path}";
            if (container.Text($"{probe}/httpGet/path") != path)
                yield return $"{w}: the {probe} asks '{container.Text($"{probe}/httpGet/path")}', not {path}";
            if (container.Text($"{probe}/httpGet/port") is var port && port != "http" && port != open["http"])
                yield return $"{w}: the {probe} asks at port '{port}'";
        }
    }
}
