namespace Grid.K8s.Tests;

/// <summary>The checkers of Npm/package.json, fetched once by their lock file.</summary>
static class Npm
{
    static readonly string Folder = Tree.At("tests", "K8s.Tests", "Npm");

    static readonly NpmFolder Packages = new(Folder);

    static readonly Lazy<string?> Missing = new(Packages.Fetch);

    public static string Modules => Path.Combine(Folder, "node_modules");

    /// <summary>Skips the test where node or the packages cannot be had.</summary>
    public static Tool.Answer Run(string program, params string[] arguments)
    {
        Needs.Met("npm", Missing.Value is { } why ? $"{program} could not be fetched, so nothing was checked by it: {why}." : null);
        return Tool.Run(Folder, Path.Combine(Packages.Programs, program), arguments)!;
    }
}
