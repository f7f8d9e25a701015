using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Grid.K8s.Tests;

/// <summary>
/// Every object is of the type that Kubernetes, KEDA and the Prometheus operator publish: a key they do not know or a value of another type
/// is an error.
/// </summary>
public sealed class TypeTests
{
    [Fact]
    public void Every_object_of_every_overlay_has_its_type()
    {
        var all = Renderings.Overlays.Concat(Renderings.Examples.Keys);
        var answer = Check(all.SelectMany(o => Renderings.Of(o).Objects.Select(x => (o, x))));
        Assert.True(answer.Code == 0, answer.Out);
    }

    [Fact]
    public void A_key_that_nobody_knows_is_found_in_every_kind_and_so_is_a_value_of_another_type()
    {
        var objects = Renderings.Overlays.SelectMany(o => Renderings.Of(o).Objects)
            .DistinctBy(Rendering.Kind)
            .Select(o => (JsonObject)o.DeepClone())
            .ToList();
        foreach (var o in objects) o["notAKey"] = 1;
        var replicas = (JsonObject)objects.Single(o => Rendering.Kind(o) == "Deployment").DeepClone();
        replicas.Remove("notAKey");
        replicas["spec"]!["replicas"] = "two";
        var answer = Check(objects.Append(replicas).Select(o => ("damaged", o)));
        Assert.Equal(objects.Count, answer.Out.Split("'\"notAKey\"' does not exist").Length - 1);
        Assert.Contains("Type 'string' is not assignable to type 'number'", answer.Out, StringComparison.Ordinal);
    }

    static Tool.Answer Check(IEnumerable<(string Overlay, JsonObject Object)> objects)
    {
        var source = new StringBuilder();
        foreach (var (overlay, o) in objects)
        {
            source.AppendLine(CultureInfo.InvariantCulture, $"// {overlay}: {Rendering.Label(o)}");
            source.AppendLine(CultureInfo.InvariantCulture,
                $"void ({o.ToJsonString()} satisfies import(\"{Package(o)}\").I{Rendering.Kind(o)});");
        }

        // Beside the packages, where the compiler looks for them.
        var file = Path.Combine(Npm.Modules, "..", $"objects-{Environment.ProcessId}-{source.Length}.ts");
        File.WriteAllText(file, $"export {{}};\n{source}");
        try
        {
            return Npm.Run("tsc", "--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static string Package(JsonObject o)
    {
        var version = o.Text("apiVersion");
        var package = version.Split('/')[0] switch
        {
            "keda.sh" => "@kubernetes-models/keda",
            "monitoring.coreos.com" => "@kubernetes-models/prometheus-operator",
            _ => "kubernetes-models",
        };
        return $"{package}/{version}/{Rendering.Kind(o)}";
    }
}
