using System.Xml.Linq;

namespace Grid.Architecture.Tests;

/// <summary>Dependencies point one way. Read from the project files.</summary>
public sealed class DependencyTests
{
    static readonly string Root = FindRoot();

    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Compute"] = [],
        ["Sweeps"] = [],
        ["Lab"] = ["Compute", "Sweeps"],
        ["Presentation"] = ["Sweeps"],
        ["Web"] = ["Presentation"],
        ["Local"] = ["Lab", "Presentation", "Torch", "Web"],
        ["Torch"] = ["Compute"],
        ["Contracts"] = ["Sweeps"],
        ["Grains"] = ["Contracts"],
        ["Client"] = ["Contracts", "Lab", "Presentation", "Web"],
        ["Silo"] = ["Grains", "Lab", "Torch", "Web"],
        ["Testing"] = ["Lab"],
    };

    [Fact]
    public void Every_project_references_only_what_the_architecture_allows()
    {
        var checkedProjects = 0;
        foreach (var project in Projects().Where(
            p => !p.StartsWith("tests/", StringComparison.Ordinal) && !p.StartsWith("bench/", StringComparison.Ordinal)
                && !p.StartsWith("examples/", StringComparison.Ordinal)))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(Allowed.ContainsKey(name), $"{project} has no place in the architecture: enter it here and in ARCHITECTURE.md.");
            Assert.All(References(project), reference => Assert.Contains(reference, Allowed[name]));
            checkedProjects++;
        }

        Assert.Equal(Allowed.Count, checkedProjects);
    }

    /// <summary>
    /// By way of others, too: what a project can name. Grains and Contracts are part of every silo and client, whatever it computes with.
    /// </summary>
    [Theory]
    [InlineData("Contracts", "Sweeps")]
    [InlineData("Grains", "Contracts Sweeps")]
    [InlineData("Client", "Compute Contracts Lab Presentation Sweeps Web")]
    [InlineData("Torch", "Compute")]
    [InlineData("Local", "Compute Lab Presentation Sweeps Web")]
    public void A_project_reaches_no_other_than_these(string name, string reached) =>
        Assert.Equal(reached,
            string.Join(' ',
                Reached(Projects().Single(p => p == $"{name}/{name}.csproj"))
                    .Select(Path.GetFileNameWithoutExtension)
                    .Distinct()
                    .Order(StringComparer.Ordinal)));

    /// <summary>As it comes grid needs no package of libtorch's: cards are for who builds it with them.</summary>
    [Fact]
    public void Local_reaches_Torch_in_a_build_that_asks_for_libtorch_alone()
    {
        var reference = Load("Local/Local.csproj")
            .Descendants("ProjectReference")
            .Single(r => r.Attribute("Include")!.Value.Contains("Torch", StringComparison.Ordinal));
        Assert.Equal("'$(LibTorch)' != ''", reference.Parent!.Attribute("Condition")?.Value);
    }

    /// <summary>Orleans stays where the cluster is: what computes and what counts must run without.</summary>
    [Theory]
    [InlineData("Compute", "System.Numerics.Tensors")]
    [InlineData("Sweeps", "MathNet.Numerics YamlDotNet")]
    [InlineData("Contracts", "Microsoft.Orleans.Sdk Microsoft.Orleans.Serialization.SystemTextJson")]
    [InlineData("Grains", "Microsoft.Orleans.Server")]
    public void Packages_are_few_and_known(string name, string packages) =>
        Assert.Equal(packages,
            string.Join(' ',
                Load($"{name}/{name}.csproj")
                    .Descendants("PackageReference")
                    .Select(r => r.Attribute("Include")!.Value)
                    .Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("Compute"), InlineData("Sweeps"), InlineData("Lab"), InlineData("Presentation"), InlineData("Local"), InlineData("Torch")]
    [InlineData("Web")]
    public void What_runs_without_a_cluster_knows_no_Orleans(string name) =>
        Assert.DoesNotContain(Load($"{name}/{name}.csproj").Descendants("PackageReference"),
            r => r.Attribute("Include")!.Value.Contains("Orleans", StringComparison.Ordinal));

    [Fact]
    public void Each_test_project_tests_the_project_it_is_named_after()
    {
        foreach (var project in Projects().Where(p => p.StartsWith("tests/", StringComparison.Ordinal)))
        {
            var tested = Path.GetFileNameWithoutExtension(project).Replace(".Tests", "", StringComparison.Ordinal);
            if (Allowed.ContainsKey(tested)) Assert.Contains(tested, References(project));
        }
    }

    [Fact]
    public void Every_project_file_is_in_the_solution()
    {
        var inSolution = Projects().ToHashSet();
        var onDisk = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Root, p).Replace('\\', '/'))
            .Where(p => !p.Split('/').Any(part => part is "bin" or "obj" or "results" || part.StartsWith('.')));
        Assert.All(onDisk, project => Assert.Contains(project, inSolution));
    }

    static IEnumerable<string> Projects() =>
        from line in File.ReadLines(Path.Combine(Root, "Grid.sln"))
        where line.StartsWith("Project(", StringComparison.Ordinal) && line.Contains(".csproj", StringComparison.Ordinal)
        select line.Split('"')[5].Replace('\\', '/');

    static IEnumerable<string> References(string project) =>
        Paths(project).Select(p => Path.GetFileNameWithoutExtension(p)!);

    static IEnumerable<string> Reached(string project) => Paths(project, always: true).SelectMany(p => Reached(p).Prepend(p));

    /// <param name="always">Without those of some builds alone.</param>
    static IEnumerable<string> Paths(string project, bool always = false) =>
        from reference in Load(project).Descendants("ProjectReference")
        where !always || reference.Parent!.Attribute("Condition") is null
        let path = Path.Combine(Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value.Replace('\\', '/'))
        select Path.GetRelativePath(Root, Path.GetFullPath(path, Root)).Replace('\\', '/');

    static XDocument Load(string project) => XDocument.Load(Path.Combine(Root, project));

    internal static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        return folder;
    }
}
