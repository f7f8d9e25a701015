using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Grid.K8s.Tests.Docker;

namespace Grid.K8s.Tests;

/// <summary>Overlays as kubectl builds them, and the base as it is written where there is no kubectl.</summary>
static class Renderings
{
    /// <summary>Needs no tool.</summary>
    public const string Base = "base";

    /// <summary>The base and every component that no overlay has.</summary>
    public const string Optional = "optional";

    /// <summary>Stands for the password that a person would make.</summary>
    public const string Password = "a-password-of-the-tests";

    static readonly ConcurrentDictionary<string, Lazy<Rendering?>> Made = [];

    // Older ones know no components.
    static readonly bool HasKubectl = Tool.Run(Tree.Root, "kubectl", "version", "--client", "--output=json") is { Code: 0 } answer
        && int.Parse(JsonNode.Parse(answer.Out).Text("clientVersion/minor").TrimEnd('+'), CultureInfo.InvariantCulture) >= 21;

    static readonly Lazy<string> Copy = new(CopyWithPasswords);

    public static IReadOnlyList<string> Overlays { get; } = [
        .. Directory.EnumerateDirectories(Tree.At("k8s", "overlays")).Select(d => Path.GetFileName(d)).Order()];

    /// <summary>The examples of k8s/examples, each with its overlay: what is applied beside the silos of an overlay.</summary>
    public static IReadOnlyDictionary<string, string> Examples { get; } =
        new Dictionary<string, string> { ["submit"] = "kind", ["submit-tls"] = "prod" };

    public static TheoryData<string> All => [Base, Optional, .. Overlays];

    /// <summary>Skips the test where kubectl is missing.</summary>
    public static Rendering Of(string name)
    {
        var rendering = Made.GetOrAdd(name, n => new(() => Make(n))).Value;
        Needs.Met("kubectl",
            rendering is null
                ? $"kubectl of 1.21 or newer is not installed: overlay {name} was not built, "
                    + "and only k8s/base as it is written has been checked."
                : null);
        return rendering!;
    }

    /// <summary>As it would be in another namespace than the overlay's own.</summary>
    /// <param name="changes">Made to the overlay's own files before.</param>
    public static Rendering In(string space, string overlay, params (string Old, string New)[] changes)
    {
        Of(overlay);
        var folder = Directory.CreateDirectory(Path.Combine(Copy.Value, "overlays", $"{overlay}-{space}-{changes.Length}")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "..", overlay)))
        {
            var text = File.ReadAllText(file);
            foreach (var (old, fresh) in changes.Prepend(("\nnamespace: grid\n", $"\nnamespace: {space}\n")))
                text = text.Replace(old, fresh, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
        }

        return Built($"overlays/{overlay}-{space}-{changes.Length}")!;
    }

    static Rendering? Make(string name) =>
        name == Base ? Written() : Examples.TryGetValue(name, out var beside) ? Beside(name, beside) : Built($"overlays/{name}");

    static Rendering? Beside(string example, string overlay) =>
        Built($"examples/{example}") is { } built ? built with { Objects = [.. built.Objects, .. Of(overlay).Objects] } : null;

    static Rendering? Built(string folder)
    {
        if (!HasKubectl || Tool.Run(Copy.Value, "kubectl", "kustomize", folder) is not { } answer) return null;
        if (answer.Code != 0) throw new InvalidOperationException($"kubectl kustomize k8s/{folder}: {answer.Error}");
        return new(Path.GetFileName(folder), YamlJson.Parse(answer.Out));
    }

    static Rendering Written()
    {
        var kustomization = YamlJson.Parse(Tree.Read("k8s", "base", "kustomization.yaml")).Single();
        var objects = kustomization.Items("resources").SelectMany(r => YamlJson.Parse(Tree.Read("k8s", "base", r.ToString()))).ToList();
        foreach (var map in kustomization.Items("configMapGenerator"))
        {
            var data = new JsonObject(
                from file in map.Items("envs")
                from line in File.ReadLines(Tree.At("k8s", "base", file.ToString()))
                where !line.StartsWith('#') && line.Contains('=', StringComparison.Ordinal)
                select KeyValuePair.Create(line[..line.IndexOf('=', StringComparison.Ordinal)],
                    (JsonNode?)line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]));
            objects.Add(new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject { ["name"] = map.Text("name") },
                ["data"] = data
            });
        }

        var space = kustomization.Text("namespace");
        foreach (var o in objects.Where(o => Rendering.Kind(o) != "Namespace")) o["metadata"]!["namespace"] = space;
        return new(Base, objects);
    }

    static void WriteOptional(string copy)
    {
        var used = Overlays.Select(o => Path.Combine("overlays", o)).Concat(Examples.Keys.Select(e => Path.Combine("examples", e)))
            .SelectMany(folder => YamlJson.Parse(Tree.Read("k8s", folder, "kustomization.yaml")).Single().Items("components"))
            .Select(c => Path.GetFileName(c.ToString())).ToHashSet();
        var rest = Directory.EnumerateDirectories(Tree.At("k8s", "components"))
            .Select(d => Path.GetFileName(d)!)
            .Where(c => !used.Contains(c))
            .Order();
        var kustomization = new StringBuilder("namespace: grid\nresources: [../../base]\nimages: [{name: grid-silo, newTag: ")
            .Append(Dockerfile.Version)
            .Append("}, {name: grid-silo-gpu, newTag: ").Append(Dockerfile.Version).Append("}]\ncomponents:\n");
        foreach (var component in rest) kustomization.Append("  - ../../components/").Append(component).Append('\n');
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(copy, "overlays", Optional)).FullName, "kustomization.yaml"),
            kustomization.ToString());
    }

    static string CopyWithPasswords()
    {
        var copy = Directory.CreateTempSubdirectory("grid-k8s-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(copy, true);
        foreach (var file in Tree.Files("k8s"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Tree.At("k8s", file), Path.Combine(copy, file));
        }

        WriteOptional(copy);
        foreach (var overlay in Overlays)
        {
            var folder = Path.Combine(copy, "overlays", overlay);
            foreach (var file in YamlJson.Parse(File.ReadAllText(Path.Combine(folder, "kustomization.yaml")))
                .Single()
                .Items("secretGenerator")
                .SelectMany(s => s.Items("files")))
                File.WriteAllText(Path.Combine(folder, file.ToString().Split('=')[^1]), Password);
        }

        return copy;
    }
}
