using System.ComponentModel;
using System.Diagnostics;

namespace Grid.Tests;

/// <summary>Programs of npm's for tests: a folder with package.json, and the lock file by which they are fetched once.</summary>
sealed class NpmFolder(string path)
{
    /// <summary>Where its programs are.</summary>
    public string Programs { get; } = Path.Combine(path, "node_modules", ".bin");

    /// <summary>Fetches what is not there yet.</summary>
    /// <returns>Null if it is there, else why not.</returns>
    public string? Fetch()
    {
        if (Run("node", "--version") is null) return "node is not installed";
        // npm writes this last.
        var done = new FileInfo(Path.Combine(path, "node_modules", ".package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(path, "package-lock.json"))) return null;
        return Run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1") is not { } answer
            ? "npm is not installed"
            : answer.Code == 0
                ? null
                : answer.Error.Split('\n').FirstOrDefault(l => l.StartsWith("npm error", StringComparison.Ordinal))
                    ?? $"npm ended with {answer.Code}";
    }

    /// <returns>Null where there is no such program.</returns>
    (int Code, string Error)? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            _ = output.Result;
            return (process.ExitCode, error);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
