using System.Globalization;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch;

/// <summary>A device of this machine.</summary>
/// <param name="Name">The name that <see cref="TorchDevices.Open"/> takes.</param>
/// <param name="Card">The name that its maker gives it.</param>
/// <param name="Memory">The bytes of all its memory.</param>
public sealed record DeviceListing(string Name, string Card, long Memory);

/// <summary>Finds and opens the devices of this machine.</summary>
public static class TorchDevices
{
    /// <summary>Lists the managed device first, then every GPU that this process can compute on.</summary>
    public static IReadOnlyList<DeviceListing> List()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        using var cpu = new CpuDevice();
        var devices = new List<DeviceListing> { new(cpu.Name, cpu.InstructionSet, memory) };
        try
        {
            devices.AddRange(Usable());
        }
        catch (DeviceMissingException)
        {
            // A machine without cards is no error; asking for one is.
        }

        return devices;
    }

    /// <summary>Opens a device.</summary>
    /// <param name="name">The name: <c>cuda:0</c> and so on; <c>cuda</c>, the first GPU; <c>cpu</c>, the managed device; <c>auto</c>, the
    /// first GPU if this process can compute on one, else the managed device; <c>torch-cpu</c>, libtorch on the processor, which is there
    /// to be checked against.</param>
    /// <param name="options">How the device computes; null for the defaults.</param>
    /// <exception cref="DeviceMissingException">The device is not here. No other is put in its place.</exception>
    public static Device Open(string name, TorchOptions? options = null)
    {
        options ??= new();
        switch (name)
        {
            case "cpu":
                return Managed(options);
            case "torch-cpu":
                return OnProcessor(options);
            case "cuda":
                return OnCard("cuda:0", options);
            case "auto":
                return List() is [_, var card, ..] ? OnCard(card.Name, options) : Managed(options);
            default:
                var isCard = name.StartsWith("cuda:", StringComparison.Ordinal)
                    && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _);
                return isCard
                    ? OnCard(name, options)
                    : throw new DeviceMissingException($"There is no device '{name}': give cpu, cuda:0 (or another number), or auto.");
        }
    }

    static CpuDevice Managed(TorchOptions options) => new() { Replicas = options.Replicas ?? 1 };

    static TorchDevice OnProcessor(TorchOptions options)
    {
        try
        {
            LibTorch.LoadNamed();
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (NotLoaded(e))
        {
            throw new DeviceMissingException($"torch-cpu was asked for, but {LibTorch.Trouble("cpu")}.", e);
        }

        // As the managed device: cells run side by side, each on one thread.
        torch.set_num_threads(1);
        return new TorchDevice("torch-cpu", $"libtorch {torch.__version__}", torch.CPU, options with { Tf32 = false });
    }

    static TorchDevice OnCard(string name, TorchOptions options)
    {
        IReadOnlyList<DeviceListing> cards;
        try
        {
            cards = Usable();
        }
        catch (DeviceMissingException e)
        {
            throw new DeviceMissingException($"{name} was asked for, but there is no CUDA device: {e.Message}", e);
        }

        var card = cards.FirstOrDefault(c => c.Name == name) ?? throw new DeviceMissingException(cards.Count == 0
            ? $"{name} was asked for, but this machine shows no CUDA device (CUDA_VISIBLE_DEVICES may hide it). Ask for cpu, "
                + "or for auto to take what there is."
            : $"{name} was asked for, but this machine shows {string.Join(", ", cards.Select(c => $"{c.Name} ({c.Card})"))} only.");
        // What the processor does for a card is little: threads of libtorch's own would only spin.
        torch.set_num_threads(1);
        var ordinal = int.Parse(name.AsSpan(5), CultureInfo.InvariantCulture);
        var home = new torch.Device(DeviceType.CUDA, ordinal);
        // Makes the context that kernels are loaded into.
        torch.zeros(1, device: home).Dispose();
        return new TorchDevice(card.Name, card.Card, home, options, card.Memory, CardKernels.Open(ordinal, options.Tf32, options.Say));
    }

    /// <summary>The driver's GPUs, if libtorch's CUDA runtime is beside this program.</summary>
    static IReadOnlyList<DeviceListing> Usable()
    {
        var cards = CudaDriver.Cards();
        if (cards.Count == 0) return cards;
        try
        {
            LibTorch.LoadNamed();
            if (torch.TryInitializeDeviceType(DeviceType.CUDA)) return cards;
        }
        catch (Exception e) when (NotLoaded(e))
        {
            throw new DeviceMissingException($"{LibTorch.Trouble("cuda")} ({string.Join(", ", cards.Select(c => c.Card))} would be there).",
                e);
        }

        throw new DeviceMissingException(
            "libtorch beside this program is the CPU build, or is too new for the driver: "
            + $"publish it with -p:LibTorch=cuda ({string.Join(", ", cards.Select(c => c.Card))} would be there).");
    }

    /// <summary>Whether an error says that libtorch was not loaded: TorchSharp loads it when it is first touched, and fails in one of these
    /// ways.</summary>
    static bool NotLoaded(Exception e) =>
        e is NotSupportedException or DllNotFoundException
            || e is TypeInitializationException { InnerException: { } inner } && NotLoaded(inner);
}
