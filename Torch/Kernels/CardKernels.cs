using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>Kernels of our own for one GPU, for what cuDNN and one launch for each operator do slowly. Where they cannot be had, libtorch's
/// operators do the work.</summary>
sealed class CardKernels
{
    // Tensor cores that multiply 16 x 16 by 16 x 8 halves came with Ampere.
    const int Ampere = 80;

    readonly Dictionary<(int C, int O, int H, int W), BlockKernels?> _blocks = [];
    readonly Action<string> _say;
    readonly Lazy<SparseKernels?> _sparse;
    readonly int _terms;

    /// <summary>Kernels from a library.</summary>
    /// <param name="tf32">Whether convolutions may round to TF32.</param>
    /// <param name="say">Gets a line about everything that is left to libtorch.</param>
    /// <exception cref="KernelException">The kernels do not compile here, or do not load.</exception>
    /// <param name="products">Computes matrix products; null leaves them to libtorch.</param>
    public CardKernels(KernelLibrary library, bool tf32, Action<string> say, Cublas? products = null)
    {
        (Library, _say, _terms) = (library, say, library.Driver.Capability < Ampere ? 0 : tf32 ? 1 : 3);
        (Rows, Staging, Products) = (new(library), new(library.Driver), products);
        _sparse = new(OpenSparse, isThreadSafe: false);
    }

    public RowKernels Rows { get; }

    /// <summary>Kernels that few attacks need, built when the first does; null where they cannot be had.</summary>
    public SparseKernels? Sparse => _sparse.Value;

    public StagingBuffer Staging { get; }

    public Cublas? Products { get; }

    public Driver Driver => Library.Driver;

    public KernelLibrary Library { get; }

    /// <summary>A word for results that says how numbers are computed.</summary>
    public string Name => _terms switch { 0 => "kernels", 1 => "kernels tf32", _ => "kernels 3xfp16" };

    /// <summary>The kernels for a fused block of c to o channels; null where libtorch computes it.</summary>
    public BlockKernels? Block(int c, int o, int height, int width)
    {
        if (_blocks.TryGetValue((c, o, height, width), out var known)) return known;
        BlockKernels? block = null;
        try
        {
            block = BlockKernels.For(Library, c, o, height, width, _terms);
            if (block is null) _say($"There is no kernel for a block of {c} to {o} channels at {height} x {width}: libtorch does it.");
        }
        catch (KernelException e)
        {
            _say(
                $"The kernels of a block of {c} to {o} channels at {height} x {width} cannot be had, "
                + $"so libtorch does it: {e.Message.Split('\n')[0]}");
        }

        return _blocks[(c, o, height, width)] = block;
    }

    SparseKernels? OpenSparse()
    {
        try
        {
            return new(Library);
        }
        catch (KernelException e)
        {
            _say($"The kernels of steps in L1 and L0 cannot be had, so the host does them: {e.Message.Split('\n')[0]}");
            return null;
        }
    }

    /// <summary>The kernels for the GPU of this number; null where they cannot be had, and why is said.</summary>
    public static CardKernels? Open(int ordinal, bool tf32, Action<string> say)
    {
        if (Environment.GetEnvironmentVariable("GRID_KERNELS") == "off") return null;
        try
        {
            var driver = new Driver("libcuda.so.1", ordinal);
            driver.Enter();
            foreach (var place in Nvrtc.Places())
            {
                try
                {
                    return new(new(driver, new(place), Folder()), tf32, say, Cublas.Open(tf32));
                }
                catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
                {
                    // The next may load.
                }
            }

            say("NVRTC is not found, so libtorch's operators are used, which are slower: install it, or libtorch's CUDA package.");
        }
        catch (Exception e) when (e is KernelException or EntryPointNotFoundException or DllNotFoundException)
        {
            say($"Grid's kernels cannot be used, so libtorch's operators are, which are slower: {e.Message.Split('\n')[0]}");
        }

        return null;
    }

    static string Folder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "grid", "kernels");
    }
}
