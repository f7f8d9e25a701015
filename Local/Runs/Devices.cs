using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Presentation.CommandLine;
#if LIBTORCH
using Grid.Torch;
#endif

namespace Grid.Local.Runs;

/// <summary>Opens what <c>--device</c> names. Only a build with <c>-p:LibTorch=cuda</c> knows GPUs, for libtorch is gigabytes.</summary>
static class Devices
{
    public static bool KnowsCards =>
#if LIBTORCH
        true;
#else
        false;
#endif

    /// <param name="name"><c>cpu</c>, <c>cuda:0</c> and so on, or <c>auto</c>: the first card, if there is one that this build can
    /// use.</param>
    /// <param name="threads">Number of threads of the managed device.</param>
    /// <exception cref="RefusedException">The device is not here. No other device is put in its place.</exception>
    /// <param name="say">Gets a line about anything that makes the device slower than it could be.</param>
    public static Device Open(string name, int threads = 1, Action<string>? say = null)
    {
        if (name == "cpu") return new CpuDevice(threads);
#if LIBTORCH
        try
        {
            var device = TorchDevices.Open(name, new() { Say = say ?? (_ => { }) });
            return device is CpuDevice ? new CpuDevice(threads) : device;
        }
        catch (DeviceMissingException e)
        {
            throw new RefusedException($"--device: {e.Message}", e);
        }
#else
        if (name == "auto") return new CpuDevice(threads);
        throw new RefusedException(name.StartsWith("cuda", StringComparison.Ordinal) || name == "torch-cpu"
            ? $"--device {name}: this grid was built without libtorch and can use the processor alone; "
                + $"build it with -p:LibTorch={(name == "torch-cpu" ? "cpu" : "cuda")}, or leave --device out"
            : $"--device {name}: there is no such device; give cpu, cuda:0 (or another number), or auto");
#endif
    }
}
