using System.Diagnostics;

namespace Grid.Faults.Tests.Processes;

/// <summary>The built programs, run as a user runs them.</summary>
static class Programs
{
    /// <summary>A program's output file, from the build of these tests.</summary>
    public static string PathOf(string project, string file) =>
        Path.Combine(Root, project, "bin",
            AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", file);

    public static Process Start(
        string path, string folder, IReadOnlyDictionary<string, string> environment, Action<string> line, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet",
            [path, .. arguments])
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment) info.Environment[key] = value;
        var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Take(string? text)
        {
            if (text is not null) line(text);
        }
    }

    /// <summary>Runs to the end; gives exit code and output.</summary>
    public static async Task<(int Code, string Output)> Run(
        string path, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var output = new List<string>();
        using var process = Start(path, folder, environment, line =>
        {
            lock (output) output.Add(line);
        }, arguments);
        await process.WaitForExitAsync();
        process.WaitForExit();
        lock (output) return (process.ExitCode, string.Join('\n', output));
    }

    static string Root { get; } = FindRoot();

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        return folder;
    }
}
