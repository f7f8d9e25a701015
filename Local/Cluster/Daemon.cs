using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Grid.Local.Cluster;

/// <summary>A process that outlives this one, whose output goes to a file.</summary>
/// <param name="Process">Its number.</param>
/// <param name="Started">With the number, since numbers are given again.</param>
sealed record Daemon(int Process, DateTimeOffset Started)
{
    // What is said of one start differs by the clock's corrections.
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <param name="log">File to which its output is appended.</param>
    /// <param name="folder">Its working folder.</param>
    public static Daemon Start(
        string log, string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        // It keeps the file as its output, and ends neither with the terminal nor by Ctrl-C.
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

    /// <summary>SIGTERM, and SIGKILL if that is not enough.</summary>
    /// <param name="patience">How long it may take to end by itself.</param>
    /// <returns>Whether it ended by itself.</returns>
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

    // Ended, and nobody has asked what became of it: where process 1 of a container does not.
    bool IsZombie
    {
        get
        {
            var path = $"/proc/{Process}/stat";
            return File.Exists(path) && File.ReadAllText(path) is var stat && stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
    }
}
