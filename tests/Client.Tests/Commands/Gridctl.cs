using System.Diagnostics;

namespace Grid.Client.Tests.Commands;

/// <summary>What a command gave.</summary>
sealed record Outcome(int Code, string Out, string Error);

/// <summary>An empty folder in which the real <c>gridctl</c> is run as a process of its own.</summary>
sealed class Gridctl(string cluster) : IDisposable
{
    // As it is delivered: beside these tests stand libraries of silos.
    static readonly string Program =
        System.IO.Path.Combine(AppContext.BaseDirectory.Replace(System.IO.Path.Combine("tests", "Client.Tests"), "Client",
            StringComparison.Ordinal), "gridctl.dll");

    public string Path { get; } = Directory.CreateTempSubdirectory("gridctl ").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A file that is <c>/etc/hosts</c> to the command; null for the machine's own.</summary>
    public string? Hosts { get; set; }

    public async Task<Outcome> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return await End(process);
    }

    public Process Start(params string[] arguments)
    {
        string[] own = Hosts is null ? []
            : ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", Hosts];
        string[] command = [.. own, "dotnet", Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GRID_CLUSTER"] = cluster;
        start.Environment["COLUMNS"] = "80";
        return Process.Start(start)!;
    }

    public static async Task<Outcome> End(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, output, await error);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
