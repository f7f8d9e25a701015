using System.Xml.Linq;

namespace Grid.K8s.Tests.Docker;

/// <summary>A <c>dotnet publish</c> of the Dockerfile.</summary>
/// <param name="Target">The image it is for.</param>
/// <param name="Arguments">After <c>dotnet</c>, with the defaults of the Dockerfile's arguments.</param>
sealed record Publication(string Target, IReadOnlyList<string> Arguments)
{
    public static IReadOnlyList<Publication> All { get; } =
        [.. from stage in Dockerfile.Stages
            from run in stage.Of("RUN")
            let at = run.IndexOf("dotnet publish ", StringComparison.Ordinal)
            where at >= 0
            select new Publication(stage.Name.Replace("publish-", "", StringComparison.Ordinal),
                Dockerfile.Expand(run[(at + "dotnet ".Length)..]).Split(' '))];

    public string Project => Arguments[1];

    public string Output => Arguments[Arguments.ToList().IndexOf("-o") + 1];

    /// <summary>Whether it, or what it is made of, is for the web's framework.</summary>
    public bool NeedsAspNet => Closure(Project).Select(p => Tree.Read(p)).Any(text =>
        text.Contains("Sdk=\"Microsoft.NET.Sdk.Web\"", StringComparison.Ordinal)
        || text.Contains("<FrameworkReference Include=\"Microsoft.AspNetCore.App\"", StringComparison.Ordinal));

    /// <summary>Projects that a project names, whatever the condition.</summary>
    public static IEnumerable<string> References(string project) =>
        XDocument.Load(Tree.At(project)).Descendants("ProjectReference").Select(r => r.Attribute("Include")!.Value)
            .Select(r => Path.GetRelativePath(Tree.Root, Path.GetFullPath(Path.Combine(Tree.Root, Path.GetDirectoryName(project)!, r))));

    /// <summary>A project and all that it is made of.</summary>
    public static IReadOnlySet<string> Closure(string project)
    {
        var (open, seen) = (new Queue<string>([project]), new HashSet<string>());
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next)) continue;
            foreach (var other in References(next)) open.Enqueue(other);
        }

        return seen;
    }

    public override string ToString() => Target;
}
