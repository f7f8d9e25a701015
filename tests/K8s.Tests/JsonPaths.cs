using System.Text.Json.Nodes;

namespace Grid.K8s.Tests;

/// <summary>Looking into objects where anything may be absent.</summary>
static class JsonPaths
{
    /// <param name="path">Keys with slashes: Kubernetes' own names contain dots.</param>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var key in path.Split('/')) node = (node as JsonObject)?[key];
        return node;
    }

    public static IEnumerable<JsonNode> Items(this JsonNode? node, string path) =>
        node.At(path) is JsonArray array ? array.OfType<JsonNode>() : [];

    public static string Text(this JsonNode? node, string path) => node.At(path)?.ToString() ?? "";

    public static bool Is(this JsonNode? node, string path, bool value) =>
        node.At(path) is JsonValue found && found.TryGetValue<bool>(out var is_) && is_ == value;

    public static int? Whole(this JsonNode? node, string path) => int.TryParse(node.Text(path), out var value) ? value : null;

    public static Dictionary<string, string> Map(this JsonNode? node, string path) =>
        node.At(path) is JsonObject map ? map.ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "") : [];
}
