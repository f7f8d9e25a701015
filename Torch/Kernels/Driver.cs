using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>The functions of NVIDIA's driver that launching a kernel needs. They are bound at run time, so that tests can put a stand-in in
/// their place. The context is libtorch's: the GPU's primary one.</summary>
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
    readonly delegate* unmanaged<nint*, nuint, uint, int> _pin;
    readonly delegate* unmanaged<nint, nint, nuint, nint, int> _send;
    readonly delegate* unmanaged<nint, void*, nuint, int> _sendNow;
    readonly delegate* unmanaged<void*, nint, nuint, int> _fetch;
    readonly delegate* unmanaged<nint, nint, nuint, nint, int> _copy;
    readonly delegate* unmanaged<nint, uint, nuint, nint, int> _fill;
    readonly delegate* unmanaged<nint, int> _wait;
    readonly nint _context;

    /// <summary>Binds the driver, and enters the context of a GPU.</summary>
    /// <param name="library">The path or the name of the driver.</param>
    /// <param name="ordinal">The number of the GPU, from 0.</param>
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
        _pin = (delegate* unmanaged<nint*, nuint, uint, int>)Export("cuMemHostAlloc");
        _send = (delegate* unmanaged<nint, nint, nuint, nint, int>)Export("cuMemcpyHtoDAsync_v2");
        _sendNow = (delegate* unmanaged<nint, void*, nuint, int>)Export("cuMemcpyHtoD_v2");
        _fetch = (delegate* unmanaged<void*, nint, nuint, int>)Export("cuMemcpyDtoH_v2");
        _copy = (delegate* unmanaged<nint, nint, nuint, nint, int>)Export("cuMemcpyDtoDAsync_v2");
        _fill = (delegate* unmanaged<nint, uint, nuint, nint, int>)Export("cuMemsetD32Async");
        _wait = (delegate* unmanaged<nint, int>)Export("cuStreamSynchronize");
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

    /// <summary>The number of multiprocessors of the GPU.</summary>
    public int Processors { get; }

    /// <summary>The compute capability, such as 90 for 9.0.</summary>
    public int Capability { get; }

    /// <summary>The most bytes of shared memory that a block may have.</summary>
    public int SharedMemory { get; }

    /// <summary>Makes the GPU's context the calling thread's.</summary>
    public void Enter() => Check(_enter(_context), "enter the card's context");

    public nint Load(byte[] code)
    {
        nint module;
        fixed (byte* at = code) Check(_load(&module, at), "load a kernel");
        return module;
    }

    /// <summary>Finds a kernel of a module.</summary>
    /// <param name="shared">The bytes of shared memory that it will be given.</param>
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

    /// <summary>The number of blocks that a multiprocessor can hold.</summary>
    public int Occupancy(nint function, int threads, int shared)
    {
        int blocks;
        Check(_occupancy(&blocks, function, threads, (nuint)shared), "tell how many blocks fit");
        return blocks;
    }

    /// <summary>Takes host memory that the GPU reads by itself; it stays until the process ends.</summary>
    public nint Pinned(int bytes)
    {
        Enter();
        nint memory;
        Check(_pin(&memory, (nuint)bytes, 0), $"pin {bytes} bytes");
        return memory;
    }

    /// <summary>Queues a copy to the GPU out of pinned memory, which must stay as it is until the GPU has got there.</summary>
    public void Send(nint to, nint pinned, long bytes)
    {
        Enter();
        Check(_send(to, pinned, (nuint)bytes, 0), $"send {bytes} bytes");
    }

    /// <summary>Copies to the GPU, after all that is queued.</summary>
    public void Send(nint to, ReadOnlySpan<byte> from)
    {
        Enter();
        fixed (byte* at = from) Check(_sendNow(to, at, (nuint)from.Length), $"send {from.Length} bytes");
    }

    /// <summary>Copies from the GPU, after all that is queued.</summary>
    public void Fetch(Span<byte> to, nint from)
    {
        Enter();
        fixed (byte* at = to) Check(_fetch(at, from, (nuint)to.Length), $"fetch {to.Length} bytes");
    }

    /// <summary>Queues a copy within the GPU.</summary>
    public void Copy(nint to, nint from, long bytes)
    {
        Enter();
        Check(_copy(to, from, (nuint)bytes, 0), $"copy {bytes} bytes");
    }

    /// <summary>Queues a fill of so many floats with one value.</summary>
    public void Fill(nint to, float value, long count)
    {
        Enter();
        Check(_fill(to, BitConverter.SingleToUInt32Bits(value), (nuint)count, 0), $"fill {count} floats");
    }

    /// <summary>Waits until all is done that is queued.</summary>
    public void Wait()
    {
        Enter();
        Check(_wait(0), "wait");
    }

    /// <summary>Queues a kernel on the stream that libtorch works on, the legacy default one.</summary>
    public void Launch(nint function, (int X, int Y) grid, int threads, int shared, ReadOnlySpan<byte> arguments)
    {
        Enter();
        nuint size = (nuint)arguments.Length;
        fixed (byte* buffer = arguments)
        {
            // CU_LAUNCH_PARAM_BUFFER_POINTER, CU_LAUNCH_PARAM_BUFFER_SIZE, CU_LAUNCH_PARAM_END
            var extra = stackalloc void*[] { (void*)1, buffer, (void*)2, &size, null };
            var status = _launch(function, (uint)grid.X, (uint)grid.Y, 1, (uint)threads, 1, 1, (uint)shared, 0, null, extra);
            if (status != 0)
                Check(status, $"launch a kernel of {grid.X} x {grid.Y} blocks, {threads} threads, {shared} bytes of shared memory");
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
