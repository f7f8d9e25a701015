using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Silo.Configuration;
#if CARDS
using Grid.Torch;
#endif

namespace Grid.Silo.Devices;

/// <summary>A place on a device where one group at a time runs.</summary>
/// <param name="Name">The device's kind and the number of the slot, such as <c>cpu:0</c>.</param>
/// <param name="Description">Name of the device for people.</param>
/// <param name="MemoryBytes">The device's memory in bytes.</param>
/// <param name="Device">Name of the device in results.</param>
/// <param name="InstructionSet">Instruction set or libraries, on which the last bits of numbers may depend.</param>
/// <param name="Light">Which groups its worker asks for, see <see cref="Contracts.LeaseRequest"/>.</param>
/// <param name="Open">Makes the device for one thread; the function that it takes logs lines about the device.</param>
sealed record DeviceSlot(
    string Name, string Description, long MemoryBytes, string Device, string InstructionSet, bool? Light,
    Func<Action<string>, Device> Open)
{
    // One card keeps one thread busy, and at times a second one.
    const int ProcessorsOfCard = 2;

    /// <exception cref="SettingException">A device does not exist, or cannot be used.</exception>
    public static IReadOnlyList<DeviceSlot> Of(GridOptions options) =>
        [.. Named(options.Devices, () => SlotDevices.Cards().Select(card => card.Name), Environment.ProcessorCount)
            .SelectMany(device => Of(device.Name, device.Processors, device.Light, options))];

    /// <summary>The devices that a setting names: how many processors are there for each, if it is the CPU, and which groups it is to
    /// have.</summary>
    /// <param name="cards">Finds the machine's GPUs. Only <c>auto</c> looks; a device that is named must be there.</param>
    internal static IEnumerable<(string Name, int Processors, bool? Light)> Named(
        string devices, Func<IEnumerable<string>> cards, int processors)
    {
        if (devices == "none") return [];
        if (devices != "auto")
            return devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(name => (name, processors, (bool?)null));
        var found = cards().ToList();
        var left = processors - (ProcessorsOfCard * found.Count);
        if (found.Count == 0 || left <= 0) return found.DefaultIfEmpty("cpu").Select(name => (name, processors, (bool?)null));
        return [.. found.Select(name => (name, 0, (bool?)false)), ("cpu", left, true)];
    }

    static IEnumerable<DeviceSlot> Of(string name, int processors, bool? light, GridOptions options)
    {
        using var device = SlotDevices.Open(name, options);
        var onCard = device is not CpuDevice;
        var count = options.Slots > 0 ? options.Slots : onCard ? 1 : processors;
        var card = onCard ? SlotDevices.Cards().FirstOrDefault(d => d.Name == device.Name) : null;
        var description = card?.Maker ?? $"{Environment.ProcessorCount} processors, {device.InstructionSet}";
        var memory = card?.Memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        DeviceSlot Slot(int index) =>
            new($"{device.Name}:{index}", description, memory, device.Name, device.InstructionSet, light,
                say => SlotDevices.Open(name, options, count, say));
        return [.. Enumerable.Range(0, count).Select(Slot)];
    }
}

/// <summary>The devices that <c>Grid:Devices</c> may name. A build with <c>-p:Cards=false</c> has the processor alone.</summary>
static class SlotDevices
{
    /// <summary>The maker's name of a GPU.</summary>
    public sealed record Card(string Name, string Maker, long Memory);

#if CARDS
    public static IEnumerable<Card> Cards() => TorchDevices.List().Skip(1).Select(card => new Card(card.Name, card.Card, card.Memory));

    /// <param name="slots">Number of slots that share the device's memory.</param>
    /// <param name="say">Logs lines about the device.</param>
    /// <exception cref="SettingException">There is no such device, or it cannot be used.</exception>
    public static Device Open(string name, GridOptions options, int slots = 1, Action<string>? say = null)
    {
        try
        {
            var torch = new TorchOptions(options.Tf32, options.Replicas > 0 ? options.Replicas : null, slots) { Say = say ?? (_ => { }) };
            var device = TorchDevices.Open(name, torch);
            if (device is TorchDevice card) torch.Say($"{device.InstructionSet}; {card.Libraries}");
            return device;
        }
        catch (DeviceMissingException e)
        {
            throw new SettingException($"Grid:Devices: {e.Message}", e);
        }
    }
#else
    public static IEnumerable<Card> Cards() => [];

    /// <exception cref="SettingException">The device is not the processor.</exception>
    public static Device Open(string name, GridOptions options, int slots = 1, Action<string>? say = null) => name == "cpu"
        ? new CpuDevice { Replicas = options.Replicas > 0 ? options.Replicas : 1 }
        : throw new SettingException($"Grid:Devices: {name} is set, but this silo was built without libtorch and can use cpu alone: "
            + "take the image silo-gpu, or a build without -p:Cards=false.");
#endif
}
