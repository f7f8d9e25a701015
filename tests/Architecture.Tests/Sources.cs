namespace Grid.Architecture.Tests;

/// <summary>The files of the repository, without what builds and tools leave behind.</summary>
static class Sources
{
    /// <summary>Paths from the root, with slashes.</summary>
    /// <param name="extension">Such as <c>.cs</c>.</param>
    public static IEnumerable<string> Of(string extension) =>
        from path in Directory.EnumerateFiles(Root, "*" + extension, SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj" or "results" or "node_modules" || part.StartsWith('.'))
        select relative;

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static string Root { get; } = DependencyTests.FindRoot();
}
