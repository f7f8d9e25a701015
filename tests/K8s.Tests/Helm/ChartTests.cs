using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grid.K8s.Tests.Docker;

namespace Grid.K8s.Tests.Helm;

/// <summary>The Helm chart says what the overlays say, object by object.</summary>
public sealed partial class ChartTests
{
    [Theory]
    [InlineData("kind", "grid")]
    [InlineData("dev", "grid-dev")]
    [InlineData("prod", "grid")]
    public void The_chart_renders_the_objects_of_the_overlay(string overlay, string space)
    {
        var chart = ByName(Chart.Render(space, upgrade: false, $"examples/{overlay}.yaml"));
        var kustomized = ByName(Renderings.Of(overlay).Objects);
        Assert.Equal(kustomized.Keys.Order(), chart.Keys.Order());
        Assert.All(chart, o => Assert.Equal(Sorted(kustomized[o.Key]), Sorted(o.Value)));
    }

    [Fact]
    public void Without_values_it_is_the_base()
    {
        var names = ByName(Chart.Render("grid", upgrade: false)).Keys;
        Assert.Equal(ByName(Renderings.Of(Renderings.Base).Objects).Keys.Order(), names.Order());
    }

    [Fact]
    public void An_upgrade_brings_the_database_up_to_date_before_it_touches_silos()
    {
        static Dictionary<string, string> Job(bool upgrade) =>
            Chart.Render("grid", upgrade).Single(o => Rendering.Kind(o) == "Job").Map("metadata/annotations");
        Assert.Equal("pre-upgrade", Job(true)["helm.sh/hook"]);
        // At first there would be no ConfigMap yet.
        Assert.DoesNotContain("helm.sh/hook", Job(false).Keys);
    }

    [Fact]
    public void A_change_of_a_setting_replaces_pods()
    {
        static string Of(params string[] values) => Chart.Render("grid", false, values).First(o => Rendering.Kind(o) == "Deployment")
            .Map("spec/template/metadata/annotations")["checksum/settings"];
        Assert.Equal(Of(), Of("examples/kind.yaml"));
        Assert.NotEqual(Of(), Of("examples/prod.yaml"));
    }

    [Fact]
    public void A_bucket_for_models_is_that_of_its_component()
    {
        var values = Path.GetTempFileName();
        File.WriteAllText(values, "bucket: {name: grid-models}");
        var chart = Chart.Render("grid", false, values);
        File.Delete(values);
        var component = Renderings.Of(Renderings.Optional).Objects;
        Assert.Equal(Of(component), Of(chart));
        Assert.Equal(6, Of(chart).Count);

        // What the two say of it, each in a line.
        static List<string> Of(IReadOnlyList<JsonObject> objects) =>
        [
            .. objects.Where(o => o.Text("metadata/name") == "to-bucket").Select(o => Sorted(o["spec"])),
            .. objects.Where(o => Rendering.Kind(o) == "ConfigMap").SelectMany(o => o.Map("data"))
                .Where(s => s.Key.StartsWith("Grid__S3__", StringComparison.Ordinal)).Select(s => $"{s.Key}={s.Value}").Order(),
            .. objects.Where(o => Rendering.Kind(o) == "Deployment")
                .SelectMany(o => o.Items("spec/template/spec/volumes")
                    .Concat(o.Items("spec/template/spec/containers").Single().Items("volumeMounts")))
                .Where(v => v.Text("name") == "bucket").Select(Sorted).Distinct().Order(),
        ];
    }

    [Fact]
    public void Its_version_is_that_of_the_images()
    {
        var about = YamlJson.Parse(Tree.Read("k8s", "chart", "Chart.yaml")).Single();
        Assert.Equal((Dockerfile.Version, Dockerfile.Version), (about.Text("version"), about.Text("appVersion")));
    }

    /// <summary>Without what only one of the two tools does: namespaces and secrets made along, names with a hash, labels on everything, a
    /// checksum.</summary>
    static Dictionary<string, JsonObject> ByName(IEnumerable<JsonObject> objects)
    {
        var found = new Dictionary<string, JsonObject>();
        foreach (var made in objects.Where(o => Rendering.Kind(o) is not ("Namespace" or "Secret")))
        {
            var o = (JsonObject)JsonNode.Parse(Hash().Replace(made.ToJsonString(), "\"$1\""))!;
            var metadata = (JsonObject)o["metadata"]!;
            metadata.Remove("namespace");
            (metadata["labels"] as JsonObject)?.Remove("app.kubernetes.io/part-of");
            (o.At("spec/template/metadata/annotations") as JsonObject)?.Remove("checksum/settings");
            found.Add(Rendering.Label(o), o);
        }

        return found;
    }

    /// <summary>Keys in order, without those that say nothing: one text for what means the same.</summary>
    static string Sorted(JsonNode? node) => node switch
    {
        JsonObject map =>
            "{"
            + string.Join(",\n", map.OrderBy(p => p.Key, StringComparer.Ordinal).Where(Says).Select(p => $"{p.Key}: {Sorted(p.Value)}"))
            + "}",
        JsonArray list => $"[{string.Join(",\n", list.Select(Sorted))}]",
        null => "null",
        _ => node.ToJsonString(),
    };

    static bool Says(KeyValuePair<string, JsonNode?> pair) => pair.Value is not null && (pair.Key is not ("labels" or "annotations")
        || pair.Value is JsonObject { Count: > 0 });

    [GeneratedRegex("\"(grid|grid-database|backup|backup-scripts)-[a-z0-9]{10}\"")]
    private static partial Regex Hash();
}
