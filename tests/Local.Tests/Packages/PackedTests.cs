using System.Diagnostics;
using Grid.Local.Tests.Commands;

namespace Grid.Local.Tests.Packages;

/// <summary>What <c>bench/gpu --pack</c> makes for a machine that has a GPU and nothing else: no SDK, no registry.</summary>
[Collection(PackageTests.Building)]
public sealed class PackedTests : IDisposable
{
    static readonly string Root = PluginTests.FindRoot();

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_packed_grid_and_its_runtime_run_a_sweep_to_its_report_with_nothing_else()
    {
        // Its functions that lay out runtime and program, and the rehearsal that ends every packing.
        _place.Write("lay.py", """
            import pathlib, sys
            from importlib.machinery import SourceFileLoader
            sys.dont_write_bytecode = True
            root, built, packed = map(pathlib.Path, sys.argv[1:])
            gpu = SourceFileLoader("gpu", str(root / "bench/gpu")).load_module()
            gpu.runtime(packed / "dotnet")
            gpu.program(built, packed / "grid")
            gpu.rehearse(packed)
            """);
        Python("lay.py", Root, AppContext.BaseDirectory, _place["packed"]);
    }

    [Theory]
    [InlineData("exit 3", null), InlineData("exec sleep 600", "INT"), InlineData("exec sleep 600", "TERM")]
    public void What_was_unpacked_is_removed_at_the_end_and_after_an_interrupt(string program, string? signal)
    {
        NeedsPython();
        Directory.CreateDirectory(_place["unpacked"]);
        _place.Write("packed/dotnet/dotnet", $"#!/bin/sh\necho $$ > '{_place["begun"]}'\n{program}\n");
        using (var tar = Process.Start(new ProcessStartInfo("tar", ["-cJf", "pack.tar.xz", "-C", "packed", "dotnet"])
        {
            WorkingDirectory = _place.Path,
        })!) tar.WaitForExit();
        var start = new ProcessStartInfo(
            "python3", [Path.Combine(Root, "bench", "gpu"), "--packed", _place.Path, "--device", "cpu", "about"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TMPDIR"] = _place["unpacked"] },
        };

        using var measuring = Process.Start(start)!;
        while (signal is not null && !(File.Exists(_place["begun"]) && new FileInfo(_place["begun"]).Length > 0))
            Assert.False(measuring.WaitForExit(5), "It ended before it began.");
        if (signal is not null) _place.Signal(measuring, signal);
        var ended = Workplace.End(measuring);

        Assert.NotEqual(0, ended.Code);
        Assert.True(File.Exists(_place["begun"]), ended.Error + ended.Out);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place["unpacked"]));
    }

    [Fact, Trait("Category", "Long")]
    public void A_pack_fits_into_what_a_machine_takes()
    {
        var said = Python(Path.Combine(Root, "bench", "gpu"), "--pack", _place["pack"]);
        Assert.InRange(new FileInfo(_place["pack/pack.tar.xz"]).Length / 1048576.0, 20, 38);
        Assert.Contains("MiB", said, StringComparison.Ordinal);
    }

    static void NeedsPython()
    {
        var has = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(f => File.Exists(Path.Combine(f, "python3")));
        Needs.Met("python3", has ? null : "Python is not installed: there is no python3.");
    }

    string Python(params string[] arguments)
    {
        NeedsPython();
        using var process = Process.Start(new ProcessStartInfo("python3", arguments)
        {
            WorkingDirectory = _place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var ended = Workplace.End(process);
        Assert.True(ended.Code == 0, ended.Error + ended.Out);
        return ended.Out;
    }
}
