using System.Text;
using System.Text.RegularExpressions;
using Grid.K8s.Tests.Docker;

namespace Grid.K8s.Tests;

/// <summary>The files below k8s/ themselves.</summary>
public sealed partial class TreeTests
{
    [Fact]
    public void No_secret_is_in_the_tree()
    {
        foreach (var file in Tracked())
        {
            var text = Tree.Read(file);
            Assert.DoesNotMatch(Given(), text);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        }

        // The file of the password is made by hand, and git does not take it.
        foreach (var overlay in Renderings.Overlays)
        {
            var kustomization = YamlJson.Parse(Tree.Read("k8s", "overlays", overlay, "kustomization.yaml")).Single();
            foreach (var secret in kustomization.Items("secretGenerator"))
            {
                Assert.Null(secret.At("literals"));
                foreach (var file in secret.Items("files").Select(f => f.ToString().Split('=')[^1]))
                    Assert.Contains(file, Tree.Read(".gitignore").Split('\n'));
            }
        }
    }

    [Theory, MemberData(nameof(Overlays))]
    public void The_password_is_in_the_secret_and_nowhere_else(string overlay)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(Renderings.Password));
        var holders = Renderings.Of(overlay).Objects
            .Where(o => o.ToJsonString().Contains(encoded, StringComparison.Ordinal)
                || o.ToJsonString().Contains(Renderings.Password, StringComparison.Ordinal))
            .ToList();
        Assert.All(holders, o => Assert.Equal("Secret", Rendering.Kind(o)));
        Assert.Equal(Renderings.Of(overlay).Of("Secret").Count(), holders.Count);
    }

    [Fact]
    public void Every_file_is_part_of_a_kustomization()
    {
        foreach (var folder in Tree.Files("k8s", "kustomization.yaml").Select(f => Path.GetDirectoryName(f)!))
        {
            var listed = Tree.Read("k8s", folder, "kustomization.yaml");
            foreach (var file in Directory.EnumerateFiles(Tree.At("k8s", folder))
                .Select(f => Path.GetFileName(f))
                .Where(f => f is not ("kustomization.yaml" or "postgres-password") && !f.EndsWith(".md", StringComparison.Ordinal)))
                Assert.True(Listed(file).IsMatch(listed), $"k8s/{folder}/{file} is in no kustomization");
        }

        static Regex Listed(string file) => new($@"(?m)^[^#]*\b{Regex.Escape(file)}\b");
    }

    [Fact]
    public void The_readme_makes_every_secret_that_overlays_leave_out()
    {
        var readme = Tree.Read("k8s", "README.md");
        Assert.Contains("kubectl -n grid create secret generic grid-database --from-file=password", readme, StringComparison.Ordinal);
        Assert.Contains("k8s/overlays/kind/postgres-password", readme, StringComparison.Ordinal);
        Assert.Contains("grid/client=true", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_names_files_and_objects_that_exist()
    {
        var readme = Tree.Read("k8s", "README.md");
        var objects = Renderings.All.Select(n => n.Data).Concat(Renderings.Examples.Keys).Select(Renderings.Of).SelectMany(r => r.Objects)
            .Select(o => $"{Rendering.Kind(o).ToLowerInvariant()}/{o.Text("metadata/name")}").ToHashSet();
        Assert.All(Named().Matches(readme).Select(m => m.Value), name => Assert.Contains(name, objects));
        Assert.All(FilePath()
            .Matches(readme)
            .Select(m => m.Groups[1].Value.TrimEnd('.', '/'))
            .Where(p => !p.EndsWith("postgres-password", StringComparison.Ordinal)),
            path => Assert.True(Path.Exists(Tree.At(path)), $"k8s/README.md names {path}"));
        Assert.All(Target().Matches(readme).Select(m => m.Groups[1].Value), target => Assert.Contains(target, Dockerfile.Targets));
        Assert.All(Tag().Matches(readme).Select(m => m.Groups[1].Value), tag => Assert.Equal(Dockerfile.Version, tag));
    }

    public static TheoryData<string> Overlays => [.. Renderings.Overlays];

    static IEnumerable<string> Tracked() =>
        BuildContext.Repository.Where(f => f.StartsWith("k8s/", StringComparison.Ordinal) || f is "Dockerfile" or ".dockerignore");

    [GeneratedRegex(@"(?i)(kind: Secret\b|password\s*[:=]\s*(?!postgres-password|/)[""']?\w{4,})")]
    private static partial Regex Given();

    [GeneratedRegex(@"\b(deployment|job|service|statefulset|scaledobject)/[a-z][a-z-]*")]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<![\w/.-])((?:k8s|docs|examples|tests)/[\w./-]+)")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"--target ([\w-]+)")]
    private static partial Regex Target();

    [GeneratedRegex(@"grid-(?:silo|silo-gpu|gridctl):([\w.]+)")]
    private static partial Regex Tag();
}
