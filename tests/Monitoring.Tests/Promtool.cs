using System.Diagnostics;

namespace Grid.Monitoring.Tests;

/// <summary>Prometheus' own checks.</summary>
static class Promtool
{
    /// <summary>Null if it is there.</summary>
    public static string? Missing { get; } =
        Find("promtool") && Find("prometheus")
            ? null
            : "Prometheus is not installed: there is no promtool or prometheus (Debian package prometheus).";

    /// <param name="input">Goes to its standard input.</param>
    public static async Task<(int Code, string Said)> Run(string input, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo("promtool",
                arguments)
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await errors);
    }

    static bool Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
}
