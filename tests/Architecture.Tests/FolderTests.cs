using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Grid.Architecture.Tests;

/// <summary>A word leads to its room: folders hold few files, are what namespaces say, and use each other one way.</summary>
public sealed partial class FolderTests
{
    const int MostFiles = 16;

    static readonly string Root = DependencyTests.FindRoot();

    /// <summary>Names that stand for two things, and why they may.</summary>
    static readonly Dictionary<string, string> Twice = new()
    {
        ["Program"] = "every program begins in one",
    };

    public static TheoryData<string> Projects { get; } =
        [.. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Root, Path.GetDirectoryName(p)!))
            .Where(p => !p.Contains(Path.DirectorySeparatorChar) && p != "bench").Order(StringComparer.Ordinal)];

    /// <summary>
    /// Every folder is a node, its own subfolders too: A uses B if a type in A mentions one in B, and who walks along such uses never comes
    /// back.
    /// </summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_use_each_other_one_way(string project)
    {
        var uses = TypeReferences.BetweenNamespaces(Assembly(project), $"Grid.{project}");
        var circles =
            from pair in uses
            where Reaches(uses, pair.Key.To, pair.Key.From)
            select $"{pair.Key.From} -> {pair.Key.To}: {string.Join(", ", pair.Order(StringComparer.Ordinal).Take(6))}";
        Assert.True(!circles.Any(),
            $"{project} has a circle of folders; move a type, or hand in what is asked for:\n{string.Join('\n', circles)}");
    }

    [Fact]
    public void A_folder_holds_sixteen_files_at_most()
    {
        var crowded =
            from path in Sources.Of(".cs")
            group path by Path.GetDirectoryName(path) into folder
            where folder.Count() > MostFiles
            select $"{folder.Key} holds {folder.Count()}";
        Assert.True(!crowded.Any(), string.Join('\n', crowded));
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        foreach (var path in Sources.Of(".cs")
            .Where(p => !p.StartsWith("bench/", StringComparison.Ordinal) && !p.StartsWith("examples/", StringComparison.Ordinal)))
        {
            if (Namespace().Match(File.ReadAllText(Path.Combine(Root, path))) is not { Success: true } found) continue;
            var folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
            if (folder.StartsWith("tests/", StringComparison.Ordinal)) folder = folder["tests/".Length..];
            if (Flat.Contains(folder.Split('/')[0])) folder = folder.Split('/')[0];
            if (Shared.Contains(folder.Split('/')[0])) folder = "Tests";
            Assert.True(found.Groups[1].Value == $"Grid.{folder.Replace('/', '.')}",
                $"{path} is in the namespace {found.Groups[1].Value}.");
        }
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_tree_of_ARCHITECTURE()
    {
        // The lines of a project, from its name on to the next.
        var text = File.ReadAllText(Path.Combine(Root, "ARCHITECTURE.md")).Split("## Where things are\n\n```\n")[1].Split("```")[0];
        var places = TreeLine().Split("\n" + text).Skip(1).Chunk(2).ToDictionary(p => p[0], p => p[1]);
        var lost =
            from folder in Sources.Of(".cs").Select(p => Path.GetDirectoryName(p)!).Distinct()
            let parts = folder.Split('/')
            where Projects.Any(project => project.Data == parts[0])
            where !places.TryGetValue(parts[0], out var place)
                || (parts.Length > 1 && !Regex.IsMatch(place, $@"\b{parts[^1]}\b"))
            select folder;
        Assert.True(!lost.Any(), $"Say what they hold:\n{string.Join('\n', lost)}");
    }

    [Fact]
    public void A_name_of_a_type_stands_for_one_thing()
    {
        var types =
            Projects.SelectMany(
                p => TypeReferences.Types(Assembly(p.Data))
                    .Where(t => t.Namespace.StartsWith("Grid.", StringComparison.Ordinal) && !Generated().IsMatch(t.Namespace)));
        var twice =
            from type in types.Distinct()
            group type.Namespace by type.Name into places
            where places.Count() > 1 && !Twice.ContainsKey(places.Key)
            select $"{places.Key}: {string.Join(", ", places)}";
        Assert.True(!twice.Any(), string.Join('\n', twice));
    }

    // One simulated cluster, whose parts all know each other.
    static readonly HashSet<string> Flat = ["Simulation.Tests"];

    // Linked into several test projects, or seen by all.
    static readonly HashSet<string> Shared = ["tests", "Shared"];

    static bool Reaches(ILookup<(string From, string To), string> uses, string from, string to)
    {
        var (seen, open) = (new HashSet<string> { from }, new Stack<string>([from]));
        while (open.TryPop(out var at))
        {
            if (at == to) return true;
            foreach (var pair in uses)
                if (pair.Key.From == at && seen.Add(pair.Key.To)) open.Push(pair.Key.To);
        }

        return false;
    }

    /// <summary>Built as these tests are.</summary>
    internal static string Assembly(string project)
    {
        var built = Path.GetRelativePath(Path.Combine(Root, "tests", "Architecture.Tests"), AppContext.BaseDirectory);
        return Path.Combine(Root, project, built, $"{Name(project)}.dll");
    }

    static string Name(string project) =>
        XDocument.Load(Path.Combine(Root, project, $"{project}.csproj")).Descendants("AssemblyName").SingleOrDefault()?.Value
            ?? $"Grid.{project}";

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\n(\w+)")]
    private static partial Regex TreeLine();

    [GeneratedRegex(@"^Orleans|\.OrleansCodeGen|^OrleansCodeGen")]
    private static partial Regex Generated();
}
