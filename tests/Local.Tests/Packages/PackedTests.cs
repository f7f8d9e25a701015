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

    [Fact, Trait("Category", "Long")]
    public void A_pack_fits_into_what_a_machine_takes()
    {
        var said = Python(Path.Combine(Root, "bench", "gpu"), "--pack", _place["pack"]);
        Assert.InRange(new FileInfo(_place["pack/pack.tar.xz"]).Length / 1048576.0, 20, 38);
        Assert.Contains("MiB", said, StringComparison.Ordinal);
    }

    string Python(params string[] arguments)
    {
        var has = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(f => File.Exists(Path.Combine(f, "python3")));
        Needs.Met("python3", has ? null : "Python is not installed: there is no python3.");
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
