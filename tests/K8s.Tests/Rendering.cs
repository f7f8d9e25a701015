using System.Text.Json.Nodes;

namespace Grid.K8s.Tests;

/// <summary>The objects that one overlay comes to.</summary>
sealed record Rendering(string Name, IReadOnlyList<JsonObject> Objects)
{
    public IEnumerable<Workload> Workloads =>
        from o in Objects
        let template = Kind(o) switch
        {
            "Deployment" or "StatefulSet" or "DaemonSet" or "Job" => o.At("spec/template"),
            "CronJob" => o.At("spec/jobTemplate/spec/template"),
            _ => null,
        }
        where template is not null
        select new Workload(o, template.Map("metadata/labels"), (JsonObject)template.At("spec")!);

    /// <summary>Those that run the program Silo as a silo.</summary>
    public IEnumerable<Workload> Silos => Workloads.Where(w => w.Labels.ContainsKey("grid/silo"));

    public IEnumerable<JsonObject> Of(params string[] kinds) => Objects.Where(o => kinds.Contains(Kind(o)));

    public bool Has(string kind, string name) => Of(kind).Any(o => o.Text("metadata/name") == name);

    /// <summary>What a container finds in its environment; null for what only the node knows.</summary>
    public Dictionary<string, string?> Environment(JsonNode container)
    {
        var found = new Dictionary<string, string?>();
        foreach (var source in container.Items("envFrom"))
        {
            foreach (var (name, value) in Of("ConfigMap")
                .FirstOrDefault(c => c.Text("metadata/name") == source.Text("configMapRef/name"))
                .Map("data")) found[name] = value;
        }

        foreach (var variable in container.Items("env")) found[variable.Text("name")] = variable.At("value")?.ToString();
        return found;
    }

    public static string Kind(JsonNode o) => o.Text("kind");

    public static string Label(JsonNode o) => $"{o.Text("kind")} {o.Text("metadata/name")}";

    public static bool Selects(Dictionary<string, string> selector, Dictionary<string, string> labels) =>
        selector.All(s => labels.TryGetValue(s.Key, out var value) && value == s.Value);

    // xunit shows it.
    public override string ToString() => Name;
}

/// <summary>Something that makes pods.</summary>
sealed record Workload(JsonObject Object, Dictionary<string, string> Labels, JsonObject Pod)
{
    public IEnumerable<JsonNode> Containers => Pod.Items("initContainers").Concat(Pod.Items("containers"));

    public IEnumerable<JsonNode> Ports => Containers.SelectMany(c => c.Items("ports"));

    public bool Opens(string port) => Ports.Any(p => p.Text("name") == port || p.Text("containerPort") == port);

    public override string ToString() => Rendering.Label(Object);
}
