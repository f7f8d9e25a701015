using System.Diagnostics;

namespace Grid.Local.Tests.Commands;

/// <summary>Streams that a shell has closed, or that are full: an error says which, and none ends the program by a crash.</summary>
public sealed class ClosedStreamTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(">/dev/full", 1, "standard output cannot be written (No space left on device)")]
    [InlineData(">&-", 1, "standard output cannot be written (")]
    [InlineData("<&-", 0, "")]
    [InlineData("| true", 0, "")]
    public void Standard_output_that_cannot_be_written_is_named(string redirection, int code, string says)
    {
        _place.Write("s.yaml", SmallSweeps.Houses);
        var (ended, error) = Shell($"plan s.yaml {redirection}");
        Assert.Equal(code, ended);
        Assert.StartsWith(says, error, StringComparison.Ordinal);
        Assert.InRange(error.Count(c => c == '\n'), 0, 1);
    }

    [Theory]
    [InlineData("plan none.yaml 2>&-", 2)]
    [InlineData("plan none.yaml 2>/dev/full", 2)]
    [InlineData("plan none.yaml >&- 2>&-", 2)]
    public void A_closed_standard_error_leaves_the_exit_code(string command, int code) => Assert.Equal(code, Shell(command).Code);

    (int Code, string Error) Shell(string command)
    {
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList = { "-c", $"set -o pipefail; dotnet '{Path.Combine(AppContext.BaseDirectory, "grid.dll")}' {command}" },
            WorkingDirectory = _place.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Result);
    }
}
