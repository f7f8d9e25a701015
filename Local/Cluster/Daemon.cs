using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Grid.Local.Cluster;

/// <summary>A process that outlives this one, whose output goes to a file.</summary>
/// <param name="Process">Number of the process.</param>
/// <param name="Started">When the process started: the system gives its number to another process later.</param>
sealed record Daemon(int Process, DateTimeOffset Started)
{
    // Corrections of the clock change the time that is reported for one start.
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <param name="log">File to which the output is appended.</param>
    /// <param name="folder">Working folder of the process.</param>
    public static Daemon Start(
        string log, string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        // The process keeps the file as its output, and neither the end of the terminal nor Ctrl-C ends it.
        const string script = "trap '' HUP INT; exec \"$@\" >>\"$0\" 2>&1 </dev/null";
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, log, program, .. arguments]) { WorkingDirectory = folder };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        using var process = System.Diagnostics.Process.Start(start)!;
        return new(process.Id, process.StartTime.ToUniversalTime());
    }

    [JsonIgnore]
    public bool IsAlive
    {
        get
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(Process);
                return !process.HasExited && (process.StartTime.ToUniversalTime() - Started).Duration() < Tolerance && !IsZombie;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>Sends SIGTERM, and SIGKILL if that is not enough.</summary>
    /// <param name="patience">How long the process may take to end by itself.</param>
    /// <returns>Whether the process ended by itself.</returns>
    public async Task<bool> End(TimeSpan patience, CancellationToken ct)
    {
        if (!IsAlive) return true;
        await Programs.Run("kill", ["-TERM", $"{Process}"], ct);
        for (var began = Stopwatch.GetTimestamp(); IsAlive && Stopwatch.GetElapsedTime(began) < patience;) await Task.Delay(Look, ct);
        if (!IsAlive) return true;
        await Programs.Run("kill", ["-KILL", $"{Process}"], ct);
        while (IsAlive) await Task.Delay(Look, ct);
        return false;
    }

    // A zombie: it has ended, but process 1 of the container has not collected its exit code.
    bool IsZombie
    {
        get
        {
            var path = $"/proc/{Process}/stat";
            return File.Exists(path) && File.ReadAllText(path) is var stat && stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
    }
}
