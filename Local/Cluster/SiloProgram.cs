using Grid.Presentation.CommandLine;

namespace Grid.Local.Cluster;

/// <summary>The silo as it is built: found in the clone that this program was built in, or named.</summary>
/// <param name="Path">Silo.dll.</param>
sealed record SiloProgram(string Path)
{
    /// <summary>Builds silo and gridctl where this program comes from a clone.</summary>
    /// <param name="given">Silo.dll, which is taken as it is.</param>
    /// <exception cref="RefusedException">There is none, or it does not build.</exception>
    public static async Task<SiloProgram> Make(string? given, ClusterFolder folder, Action<string> say, CancellationToken ct)
    {
        if (given is not null)
            return File.Exists(given) ? new(System.IO.Path.GetFullPath(given)) : throw new RefusedException($"There is no {given}.");
        var root = Root() ?? throw new RefusedException(
            "The silo is not part of this package: call 'dotnet run -c Release --project Local -- cluster up' in a clone of Grid, or name "
            + "a built Silo.dll with --silo.");
        var configuration = AppContext.BaseDirectory.Contains("Debug", StringComparison.Ordinal) ? "Debug" : "Release";
        say("building the silo and gridctl ...");
        foreach (var project in new[] { "Silo", "Client" })
        {
            var (code, output) = await Programs.Run(
                Programs.Dotnet,
                ["build", System.IO.Path.Combine(root, project), "-c", configuration, "-v", "quiet", "--nologo", "-clp:ErrorsOnly"],
                ct,
                folder: root);
            await File.WriteAllTextAsync(folder.Log("build"), output, ct);
            if (code != 0)
                throw new RefusedException($"{project} does not build; {ShellPath.Place(folder.Log("build"))} tells why.");
        }

        return new(System.IO.Path.Combine(root, "Silo", "bin", configuration, "net10.0", "Silo.dll"));
    }

    static string? Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Grid.sln")))
            folder = System.IO.Path.GetDirectoryName(folder);
        return folder;
    }
}
