using Grid.Presentation.CommandLine;

namespace Grid.Local.Runs;

/// <summary>Finds folders of results below one folder by the names that people use for sweeps.</summary>
static class ResultFolders
{
    /// <summary>All folders of results, the newest first.</summary>
    public static IReadOnlyList<string> Of(string results) => Directory.Exists(results)
        ? [.. Directory.EnumerateDirectories(results).Where(f =>
            File.Exists(Path.Combine(f, Sweep.SpecFile))).OrderByDescending(Directory.GetLastWriteTimeUtc)]
        : [];

    /// <summary>
    /// Leaves the path of a sweep file or folder of results as it is; a sweep's id, its beginning or its name stands for the folder below
    /// <paramref name="results"/>.
    /// </summary>
    /// <exception cref="RefusedException">Several folders have this name.</exception>
    public static string Find(string name, string results)
    {
        if (Path.Exists(name) || name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal)
            || Path.GetExtension(name) is ".yaml" or ".yml") return name;
        var folders = Of(results);
        if (folders.Count == 0) return name;
        var none = $"{ShellPath.Place(results)} has none";
        var id = SweepNames.Find(name, [.. folders.Select(f => Path.GetFileName(f))], none);
        return Path.Combine(results, id);
    }
}
