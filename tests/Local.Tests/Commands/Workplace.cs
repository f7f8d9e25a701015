using System.Diagnostics;

namespace Grid.Local.Tests.Commands;

/// <summary>What a command gave.</summary>
sealed record Outcome(int Code, string Out, string Error);

/// <summary>An empty folder in which the real <c>grid</c> is run as a process of its own.</summary>
sealed class Workplace : IDisposable
{
    static readonly string Program = System.IO.Path.Combine(AppContext.BaseDirectory, "grid.dll");

    public Workplace() => Directory.CreateDirectory(this["data"]);

    public string Path { get; } = Directory.CreateTempSubdirectory("grid ").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The one folder of results.</summary>
    public string Results => Directory.EnumerateDirectories(this["results"]).Single(d => System.IO.Path.GetFileName(d) != "models");

    public string Journal => System.IO.Path.Combine(Results, "cells.jsonl");

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public string Read(string name) => File.ReadAllText(System.IO.Path.Combine(Results, name));

    public Outcome Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return End(process);
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments.Prepend(Program)) start.ArgumentList.Add(argument);
        start.Environment["GRID_DATA"] = this["data"];
        start.Environment["XDG_CACHE_HOME"] = this["cache"];
        start.Environment["COLUMNS"] = "80";
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static Outcome End(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>Waits until the journal of a run is so long; false if the run ended before.</summary>
    public bool Reaches(Process process, long bytes)
    {
        while (!process.HasExited)
        {
            if (Directory.Exists(this["results"])
                && Directory.EnumerateFiles(this["results"], "cells.jsonl", SearchOption.AllDirectories)
                    .Any(f => new FileInfo(f).Length >= bytes))
                return true;
            process.WaitForExit(1);
        }

        return false;
    }

    public void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
