using System.Runtime.InteropServices;

namespace Grid.Torch;

/// <summary>The GPUs of this machine, as NVIDIA's driver counts them, which respects CUDA_VISIBLE_DEVICES. TorchSharp tells neither name
/// nor memory.</summary>
static partial class CudaDriver
{
    const string Library = "libcuda.so.1";

    const int NameBytes = 128;

    /// <summary>Lists the GPUs.</summary>
    /// <exception cref="DeviceMissingException">There is no driver, or it does not start.</exception>
    public static IReadOnlyList<DeviceListing> Cards()
    {
        try
        {
            // CUDA_ERROR_NO_DEVICE
            if (Initialise(0) is var started and not 0)
                return started == 100 ? [] : throw new DeviceMissingException($"NVIDIA's driver does not start (error {started}).");
            Check(Count(out var count));
            return [.. Enumerable.Range(0, count).Select(Card)];
        }
        catch (DllNotFoundException)
        {
            throw new DeviceMissingException($"NVIDIA's driver is not installed: there is no {Library}.");
        }
    }

    /// <summary>The number of bytes free on the GPU that this thread uses; null where the driver does not tell.</summary>
    public static long? FreeMemory() => FreeAndTotal(out var free, out _) == 0 ? (long)free : null;

    static DeviceListing Card(int ordinal)
    {
        Check(Get(out var card, ordinal));
        var name = new byte[NameBytes];
        Check(Name(name, NameBytes, card));
        Check(TotalMemory(out var bytes, card));
        return new($"cuda:{ordinal}", System.Text.Encoding.UTF8.GetString(name).TrimEnd('\0'), (long)bytes);
    }

    static void Check(int status)
    {
        if (status != 0) throw new DeviceMissingException($"NVIDIA's driver reports error {status}.");
    }

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialise(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetCount")]
    private static partial int Count(out int count);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int Get(out int card, int ordinal);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static partial int Name([Out] byte[] name, int length, int card);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    private static partial int TotalMemory(out nuint bytes, int card);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int FreeAndTotal(out nuint free, out nuint total);
}
