namespace Grid.K8s.Tests;

/// <summary>The checkers of Npm/package.json, fetched once by their lock file.</summary>
static class Npm
{
    static readonly string Folder = Tree.At("tests", "K8s.Tests", "Npm");

    static readonly Lazy<string?> Missing = new(Fetch);

    public static string Modules => Path.Combine(Folder, "node_modules");

    /// <summary>Skips the test where node or the packages cannot be had.</summary>
    public static Tool.Answer Run(string program, params string[] arguments)
    {
        Needs.Met("npm", Missing.Value is { } why ? $"{program} could not be fetched, so nothing was checked by it: {why}." : null);
        return Tool.Run(Folder, Path.Combine(Modules, ".bin", program), arguments)!;
    }

    /// <returns>Null if they are there, else why not.</returns>
    static string? Fetch()
    {
        if (Tool.Run(Folder, "node", "--version") is null) return "node is not installed";
        // npm writes this last.
        var done = new FileInfo(Path.Combine(Modules, ".package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"))) return null;
        return Tool.Run(Folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1") is not { } answer
            ? "npm is not installed"
            : answer.Code == 0
                ? null
                : answer.Error.Split('\n').FirstOrDefault(l => l.StartsWith("npm error", StringComparison.Ordinal))
                    ?? $"npm ended with {answer.Code}";
    }
}
