using System.Diagnostics;

namespace Grid.Local.Tests.Commands;

/// <summary>A pipe that nobody writes to never begins, and a device may never end: a path that leads to one is refused in one
/// line.</summary>
public sealed class PipeTests : IDisposable
{
    const string Small = "name: x\ndataset: digits\nmodel: softmax\nattack: fgsm\nstrength: [0, 0.1]\ntraining: {epochs: 1}\n";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly Workplace _place = new();

    public PipeTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such pipes.");
        Pipe("pipe");
        File.CreateSymbolicLink(_place["link"], "pipe");
        _place.Write("s.yaml", Small);
    }

    [Theory]
    [InlineData("pipe"), InlineData("link")]
    public void A_sweep_file(string path)
    {
        foreach (var verb in new[] { "check", "plan", "run" })
            AssertRefused(Run(verb, path), $"{path}: is empty, or a device or pipe", "name a file");
    }

    [Fact]
    public void A_device_that_never_ends()
    {
        foreach (var verb in new[] { "check", "plan", "run" }) AssertRefused(Run(verb, "/dev/zero"), "/dev/zero", "is over 1 MB");
    }

    [Theory]
    [InlineData("plan", "softmax"), InlineData("check", "grid run /dev/stdin"), InlineData("run", "2 of 2")]
    public void But_a_sweep_file_may_come_from_standard_input(string verb, string said)
    {
        using var process = _place.Start(verb, "/dev/stdin");
        process.StandardInput.Write(Small);
        process.StandardInput.Close();
        var ended = Ended(process);
        Assert.Equal((0, ""), (ended.Code, verb == "run" ? "" : ended.Error));
        Assert.Contains(said, ended.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dataset: digits", "dataset: {csv: pipe}")]
    [InlineData("dataset: digits", "dataset: {npz: pipe}")]
    [InlineData("dataset: digits", "dataset: {images: pipe}")]
    [InlineData("dataset: digits", "dataset: {idx: data/idx}")]
    [InlineData("dataset: digits", "dataset: mnist")]
    [InlineData("model: softmax", "model: {onnx: pipe}")]
    [InlineData("model: softmax", "model: {file: {path: pipe, architecture: softmax}}")]
    public void A_file_of_data_or_of_a_model(string line, string piped)
    {
        foreach (var folder in new[] { "data/idx", "data/mnist" })
        {
            Directory.CreateDirectory(_place[folder]);
            Pipe($"{folder}/train-images-idx3-ubyte");
        }

        _place.Write("s.yaml", Small.Replace(line, piped, StringComparison.Ordinal));
        AssertRefused(Run("run", "s.yaml"), piped.Contains("pipe", StringComparison.Ordinal) ? "pipe" : "train-images-idx3-ubyte",
            "a device or pipe");
    }

    [Theory]
    [InlineData("models show pipe"), InlineData("models import pipe"), InlineData("plan s.yaml --plugin pipe")]
    [InlineData("run s.yaml")]
    public void What_is_named_beside_a_sweep(string command)
    {
        _place.Environment["GRID_NOTIFY_SECRET_FILE"] = "pipe";
        _place.Write("s.yaml", $"{Small}notify: {{url: 'http://localhost:1/'}}\n");
        AssertRefused(Run(command.Split(' ')), "pipe", "is empty, or a device or pipe");
    }

    [Theory]
    [InlineData("sweep.yaml", 2), InlineData("plan.json", 0), InlineData("cells.jsonl", 0), InlineData(".lock.pid", 0)]
    public void A_file_of_a_folder_of_results(string name, int code)
    {
        Assert.Equal(0, Run("run", "s.yaml").Code);
        File.Delete(Path.Combine(_place.Results, name));
        Pipe(Path.Combine(_place.Results, name));

        Assert.Equal(code, Run("status", _place.Results).Code);
        var again = Run("run", "s.yaml");
        if (name == "cells.jsonl") AssertRefused(again, name, "is a pipe: remove it");
        else Assert.Equal(0, again.Code);
    }

    public void Dispose() => _place.Dispose();

    void Pipe(string name)
    {
        using var mkfifo = Process.Start("mkfifo", [_place[name]]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }

    Outcome Run(params string[] arguments)
    {
        using var process = _place.Start(arguments);
        return Ended(process);
    }

    static Outcome Ended(Process process)
    {
        using var patience = new Timer(_ => process.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        return Workplace.End(process);
    }

    static void AssertRefused(Outcome outcome, string where, string what)
    {
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains(where, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(what, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }
}
