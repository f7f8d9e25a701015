using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Grid.Compute.Tests.Cpu;

/// <summary>
/// What older processors run is run here too: the tests of kernels again, in processes to which the runtime shows fewer instructions.
/// Random numbers and loops choose their width when they are compiled, so that one process sees one width alone.
/// </summary>
public sealed class VectorWidthTests
{
    const string Child = "GRID_VECTOR_WIDTH_CHILD";

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Kernels_hold_where_the_runtime_shows_fewer_instructions(string knob)
    {
        if (Environment.GetEnvironmentVariable(Child) is not null) return;
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Compute.Tests.exe" : "Compute.Tests");
        string[] classes = [nameof(VectorWidthTests), nameof(ConvTests), nameof(ConvWindowTests), nameof(MatMulTests),
            nameof(ElementwiseTests), "PhiloxStreamTests"];
        var start = new ProcessStartInfo(program,
            ["--filter-not-trait", "Category=Long", .. classes.SelectMany(c => new[] { "--filter-class", $"*.{c}" })])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [knob] = "0", [Child] = knob },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"With {knob}=0:\n{await output}{await errors}");
    }

    /// <summary>Without this, a knob that the next runtime calls otherwise would test the same thing three times.</summary>
    [Fact]
    public void The_knob_that_was_turned_is_known_to_the_runtime()
    {
        switch (Environment.GetEnvironmentVariable(Child))
        {
            case "DOTNET_EnableAVX512": Assert.False(Vector512.IsHardwareAccelerated); break;
            case "DOTNET_EnableAVX2": Assert.False(Avx2.IsSupported); break;
            case "DOTNET_EnableHWIntrinsic": Assert.False(Vector256.IsHardwareAccelerated || Sse42.IsSupported); break;
            case null: Assert.True(X86Base.IsSupported || !OperatingSystem.IsLinux() || Vector128.IsHardwareAccelerated); break;
        }
    }
}
