using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Grid.Architecture.Tests;

/// <summary>Who asks what a package is for, or under which licence it comes, finds it in docs/dependencies.md.</summary>
public sealed partial class DependencyTableTests
{
    [Fact]
    public void The_table_has_every_package_and_no_other() =>
        Assert.Equal([.. NuGet().Concat(Tools()).Concat(Npm()).Order(StringComparer.Ordinal)],
            Rows().Select(r => r.Package).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_package_has_a_licence_and_a_purpose() => Assert.All(Rows(), row =>
    {
        Assert.InRange(row.Cells.Length, 4, 5);
        Assert.All(row.Cells, cell => Assert.NotEqual("", cell.Trim()));
    });

    /// <summary>A version that no project asks for is left over from a change, unless what another package brings needs it.</summary>
    [Fact]
    public void Every_version_is_asked_for_by_a_project_or_chosen_for_what_others_bring()
    {
        var asked = new[] { ".csproj", ".props" }.SelectMany(Sources.Of)
            .SelectMany(path => XDocument.Load(Path.Combine(Sources.Root, path)).Descendants("PackageReference"))
            .Select(reference => reference.Attribute("Include")!.Value)
            .ToHashSet();
        Assert.Equal(["Nerdbank.MessagePack", "Polly", "Polly.Extensions"], NuGet().Where(package => !asked.Contains(package)));
    }

    static IEnumerable<string> NuGet() => XDocument.Load(Path.Combine(Sources.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value);

    static IEnumerable<string> Tools() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Sources.Root, ".config/dotnet-tools.json"))).RootElement.GetProperty("tools")
            .EnumerateObject().Select(tool => tool.Name);

    static IEnumerable<string> Npm() =>
        from path in Sources.Of("package.json")
        let file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Sources.Root, path)))
        from kind in new[] { "dependencies", "devDependencies" }
        where file.RootElement.TryGetProperty(kind, out _)
        from package in file.RootElement.GetProperty(kind).EnumerateObject()
        select package.Name;

    static List<(string Package, string[] Cells)> Rows() =>
        [.. from line in Sources.Lines("docs/dependencies.md")
            let cells = line.Split('|')
            where cells.Length > 2 && Name().IsMatch(cells[1])
            select (cells[1].Trim(' ', '`'), cells[1..^1])];

    [GeneratedRegex(@"^ `[^`]+` $")]
    private static partial Regex Name();
}
