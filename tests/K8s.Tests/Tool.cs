using System.ComponentModel;
using System.Diagnostics;

namespace Grid.K8s.Tests;

/// <summary>Runs a program of the machine.</summary>
static class Tool
{
    public sealed record Answer(int Code, string Out, string Error);

    /// <returns>Null where there is no such program.</returns>
    public static Answer? Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program,
            arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // A build within a test must not inherit what the test's own build was told.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new(process.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
