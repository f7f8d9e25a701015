using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>Matrix products by the cuBLAS that libtorch has loaded, without libtorch's own work around each of them. Matrices are row-major
/// float32, and work is queued on stream 0.</summary>
sealed unsafe class Cublas
{
    const int Tf32Math = 3;

    readonly delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long,
        float*, nint, int, long, int, int> _multiply;
    readonly nint _handle;

    /// <summary>Binds a cuBLAS and starts it.</summary>
    /// <param name="library">The path of the library.</param>
    /// <param name="tf32">Whether factors may be rounded to TF32.</param>
    Cublas(string library, bool tf32)
    {
        var own = NativeLibrary.Load(library);
        nint handle;
        Check(((delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(own, "cublasCreate_v2"))(&handle), "start");
        (_handle, Library) = (handle, library);
        Check(((delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(own, "cublasSetMathMode"))(handle, tf32 ? Tf32Math : 0),
            "set its precision");
        _multiply =
            (delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, long, nint, int, long,
                float*, nint, int, long, int, int>)
            NativeLibrary.GetExport(own, "cublasSgemmStridedBatched");
    }

    public string Library { get; }

    /// <summary>The cuBLAS of this process; null where there is none. The GPU's context must be the calling thread's.</summary>
    /// <exception cref="KernelException">cuBLAS does not start.</exception>
    public static Cublas? Open(bool tf32)
    {
        var path = LoadedTorch.Files()
            .FirstOrDefault(
                f => Path.GetFileName(f).StartsWith("libcublas", StringComparison.Ordinal)
                    && !Path.GetFileName(f).StartsWith("libcublasLt", StringComparison.Ordinal));
        try
        {
            return path is null ? null : new(path, tf32);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Computes c [r, m, n] = op(a) op(b), where op(a) is [r, m, k] and op(b) [r, k, n].</summary>
    public void Multiply(nint a, nint b, nint c, int replicas, int m, int n, int k, bool transposeA, bool transposeB)
    {
        // Column-major, these are the transposes, and c^T = op(b)^T op(a)^T.
        float one = 1, zero = 0;
        Check(
            _multiply(
                _handle, transposeB ? 1 : 0, transposeA ? 1 : 0, n, m, k, &one, b, transposeB ? k : n, (long)n * k, a, transposeA ? m : k,
                (long)m * k, &zero, c, n, (long)m * n, replicas),
            $"multiply {m} x {k} by {k} x {n}, {replicas} times");
    }

    static void Check(int status, string what)
    {
        if (status != 0) throw new KernelException($"cuBLAS cannot {what} (status {status}).");
    }
}
