using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>
/// What launching a kernel takes of NVIDIA's driver. Bound at run time, so that tests can put a stand-in in its place. The context is libtorch's: the card's
/// primary one.
/// </summary>
sealed unsafe class Driver
{
    const int MostShared = 8, SharedCarveout = 9, Multiprocessors = 16, ComputeMajor = 75, ComputeMinor = 76, MostSharedOfBlock = 97;

    readonly delegate* unmanaged<nint*, byte*, int> _load;
    readonly delegate* unmanaged<nint*, nint, byte*, int> _function;
    readonly delegate* unmanaged<nint, int, int, int> _set;
    readonly delegate* unmanaged<int*, nint, int, nuint, int> _occupancy;
    readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> _launch;
    readonly delegate* unmanaged<nint, int> _enter;
    readonly delegate* unmanaged<int, byte**, int> _text;
    readonly nint _context;

    /// <param name="library">Path or name of the driver.</param>
    /// <param name="ordinal">Of the card.</param>
    public Driver(string library, int ordinal)
    {
        var driver = NativeLibrary.Load(library);
        nint Export(string name) => NativeLibrary.GetExport(driver, name);
        _load = (delegate* unmanaged<nint*, byte*, int>)Export("cuModuleLoadData");
        _function = (delegate* unmanaged<nint*, nint, byte*, int>)Export("cuModuleGetFunction");
        _set = (delegate* unmanaged<nint, int, int, int>)Export("cuFuncSetAttribute");
        _occupancy = (delegate* unmanaged<int*, nint, int, nuint, int>)Export("cuOccupancyMaxActiveBlocksPerMultiprocessor");
        _launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Export("cuLaunchKernel");
        _enter = (delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent");
        _text = (delegate* unmanaged<int, byte**, int>)Export("cuGetErrorString");
        int found;
        Check(((delegate* unmanaged<uint, int>)Export("cuInit"))(0), "start");
        Check(((delegate* unmanaged<int*, int, int>)Export("cuDeviceGet"))(&found, ordinal), "find the card");
        var card = found;
        nint context;
        Check(((delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain"))(&context, card), "take the card's context");
        _context = context;
        var ask = (delegate* unmanaged<int*, int, int, int>)Export("cuDeviceGetAttribute");
        int Attribute(int which)
        {
            int value;
            Check(ask(&value, which, card), "describe the card");
            return value;
        }

        Processors = Attribute(Multiprocessors);
        Capability = 10 * Attribute(ComputeMajor) + Attribute(ComputeMinor);
        SharedMemory = Attribute(MostSharedOfBlock);
    }

    /// <summary>Multiprocessors of the card.</summary>
    public int Processors { get; }

    /// <summary>Compute capability, 90 for 9.0.</summary>
    public int Capability { get; }

    /// <summary>Bytes that a block may have at most.</summary>
    public int SharedMemory { get; }

    /// <summary>Makes the card's context the calling thread's.</summary>
    public void Enter() => Check(_enter(_context), "enter the card's context");

    public nint Load(byte[] code)
    {
        nint module;
        fixed (byte* at = code) Check(_load(&module, at), "load a kernel");
        return module;
    }

    /// <param name="shared">Bytes of shared memory that it will be given.</param>
    public nint Function(nint module, string name, int shared)
    {
        nint function;
        var text = System.Text.Encoding.ASCII.GetBytes(name + '\0');
        fixed (byte* at = text) Check(_function(&function, module, at), $"find kernel {name}");
        if (shared == 0) return function;
        Check(_set(function, MostShared, shared), $"give kernel {name} {shared} bytes of shared memory");
        _ = _set(function, SharedCarveout, 100);
        return function;
    }

    /// <summary>Blocks that a multiprocessor can hold.</summary>
    public int Occupancy(nint function, int threads, int shared)
    {
        int blocks;
        Check(_occupancy(&blocks, function, threads, (nuint)shared), "tell how many blocks fit");
        return blocks;
    }

    /// <summary>Queues a kernel on the stream that libtorch works on, the legacy default one.</summary>
    public void Launch(nint function, (int X, int Y) grid, int threads, int shared, ReadOnlySpan<byte> arguments)
    {
        nuint size = (nuint)arguments.Length;
        fixed (byte* buffer = arguments)
        {
            // CU_LAUNCH_PARAM_BUFFER_POINTER, CU_LAUNCH_PARAM_BUFFER_SIZE, CU_LAUNCH_PARAM_END
            var extra = stackalloc void*[] { (void*)1, buffer, (void*)2, &size, null };
            var status = _launch(function, (uint)grid.X, (uint)grid.Y, 1, (uint)threads, 1, 1, (uint)shared, 0, null, extra);
            if (status != 0) Check(status, $"launch a kernel of {grid.X} x {grid.Y} blocks, {threads} threads, {shared} bytes of shared memory");
        }
    }

    void Check(int status, string what)
    {
        if (status == 0) return;
        byte* text = null;
        _ = _text(status, &text);
        throw new KernelException($"NVIDIA's driver cannot {what}: {Marshal.PtrToStringUTF8((nint)text) ?? "error"} ({status}).");
    }
}
