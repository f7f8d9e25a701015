using System.Diagnostics;

namespace Grid.Monitoring.Tests;

/// <summary>Scripts of the repository.</summary>
static class Python
{
    /// <summary>Null if it is there.</summary>
    public static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => File.Exists(Path.Combine(f, "python3")))
            ? null
            : "Python is not installed: there is no python3.";

    /// <returns>All that it said.</returns>
    public static async Task<string> Run(string script, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("python3", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return await errors + await said;
    }
}
