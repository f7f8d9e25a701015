using System.Diagnostics;
using Grid.Presentation.CommandLine;

namespace Grid.Local.Cluster;

/// <summary>Programs of the machine.</summary>
static class Programs
{
    /// <summary>Where it is on the path; null where it is not.</summary>
    public static string? Find(string name) => Folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    public static IEnumerable<string> Folders =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The host of .NET that runs this program, or would.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet");

    /// <summary>Runs it to its end.</summary>
    /// <param name="environment">Beside this program's own.</param>
    /// <param name="folder">Its working folder; by default this program's.</param>
    /// <returns>Its exit code and all that it said.</returns>
    public static async Task<(int Code, string Output)> Run(
        string program, IReadOnlyList<string> arguments, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null,
        string folder = "")
    {
        // Not through a pipe: a server that it starts would keep that open.
        var output = Path.GetTempFileName();
        try
        {
            const string script = "exec \"$@\" >\"$0\" 2>&1 </dev/null";
            var start = new ProcessStartInfo("/bin/sh", ["-c", script, output, program, .. arguments]) { WorkingDirectory = folder };
            foreach (var (key, value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
            using var process = Process.Start(start)!;
            try
            {
                await process.WaitForExitAsync(ct);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return (process.ExitCode, (await File.ReadAllTextAsync(output, ct)).Trim());
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <exception cref="RefusedException">It fails; with what it said last.</exception>
    public static async Task Demand(
        string program, IReadOnlyList<string> arguments, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (code, output) = await Run(program, arguments, ct, environment);
        if (code != 0)
            throw new RefusedException($"{Path.GetFileName(program)} {arguments[0]} failed: {LastLine(output, $"exit code {code}")}");
    }

    public static string LastLine(string text, string otherwise) =>
        text.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0) ?? otherwise;
}
