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
        var error = Assert.Throws<KernelException>(() => new Nvrtc(Path.Combine(StandIn.Folder, "standin.so")).Compile("bad.cu", "no kernel at all;", "sm_90"));
        Assert.Contains("bad.cu", error.Message, StringComparison.Ordinal);
        Assert.Contains("error", error.Message, StringComparison.Ordinal);
    }
}
