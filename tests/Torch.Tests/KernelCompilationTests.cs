using System.Diagnostics;
using Grid.Torch.Kernels;
using Grid.Torch.Tests.Processor;
using static Grid.Torch.Tests.KernelsTests;

namespace Grid.Torch.Tests;

/// <summary>How the text of the kernels becomes machine code.</summary>
public sealed class KernelCompilationTests
{
    [Fact]
    public void Machine_code_is_compiled_once_and_kept_by_what_it_was_made_from()
    {
        RequireStandIn();
        using var cache = new Lab.Tests.TemporaryFolder();
        _ = StandIn.Kernels(cache: cache.Path);
        var compiled = StandIn.Compiled;
        _ = StandIn.Kernels(cache: cache.Path);
        Assert.Equal(compiled, StandIn.Compiled);
        _ = StandIn.Kernels(capability: 80, cache: cache.Path);
        Assert.Equal(compiled + 1, StandIn.Compiled);
        // Nobody's fault is a folder that cannot be written.
        _ = StandIn.Kernels(cache: Path.Combine(Directory.GetFiles(cache.Path)[0], "below"));
        Assert.Equal(compiled + 2, StandIn.Compiled);
    }

    [Fact]
    public void A_text_that_does_not_compile_is_told_with_the_compilers_words()
    {
        RequireStandIn();
        _ = StandIn.Kernels();
        var error = Assert.Throws<KernelException>(
            () => new Nvrtc(Path.Combine(StandIn.Folder, "standin.so")).Compile("bad.cu", "no kernel at all;", "sm_90"));
        Assert.Contains("bad.cu", error.Message, StringComparison.Ordinal);
        Assert.Contains("error", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The stand-in has models of its own of what tensor cores do; here the inline assembly of the kernels is at least
    /// compiled.</summary>
    [Fact]
    public void Every_text_is_CUDA_to_clang_too()
    {
        var clang = new[] { "clang", "clang-19", "clang-16", "clang-15", "clang-14" }
            .FirstOrDefault(name => Exit(name, "--version").Code == 0);
        Assert.SkipWhen(clang is null, "there is no clang, so what only a card runs of the kernels' text is NOT compiled");
        using var folder = new Lab.Tests.TemporaryFolder();
        const int Shared = 232448;
        var builds = new List<(string File, (string, int)[] Sizes)> { ("rows.cu", []), ("sparse.cu", []) };
        foreach (var (c, o, side) in new[] { (1, 16, 28), (16, 32, 14) })
        {
            foreach (var terms in new[] { 0, 1, 3 })
            {
                BlockShape forward = new(false, c, o, side, side), backward = new(true, o, c, side, side);
                foreach (var shape in new[] { forward, backward })
                {
                    var tile = BlockTile.For(shape, terms, Shared)!.Value;
                    builds.Add((tile.File, tile.Sizes(shape)));
                }

                var weights = WeightTile.For(c, o, side, side, Shared, terms)!.Value;
                builds.Add((weights.File, weights.Sizes(c, o, side, side)));
            }
        }

        var texts = builds.Select(b => KernelLibrary.Text(b.File, b.Sizes)).Distinct().ToList();
        Assert.Contains(texts, text => text.Contains("mma.sync", StringComparison.Ordinal));
        foreach (var (i, text) in texts.Index())
        {
            var path = Path.Combine(folder.Path, $"{i}.cu");
            File.WriteAllText(path, text);
            var (code, said) = Exit(
                clang, "-x", "cuda", "--cuda-device-only", "--cuda-gpu-arch=sm_80", "-nocudainc", "-nocudalib", "-std=c++17", "-w", "-S",
                "-include", Path.Combine(AppContext.BaseDirectory, "Processor", "device.h"), "-o", path + ".ptx", path);
            Assert.True(code == 0, said);
            Assert.Contains(".entry", File.ReadAllText(path + ".ptx"), StringComparison.Ordinal);
        }
    }

    static (int Code, string Said) Exit(string program, params string[] arguments)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var written = process.StandardOutput.ReadToEndAsync();
            var said = process.StandardError.ReadToEnd();
            written.Wait();
            process.WaitForExit();
            return (process.ExitCode, said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
