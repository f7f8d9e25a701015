using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Silo.Configuration;

namespace Grid.Silo.Workers;

/// <summary>A place on a device where one group at a time runs.</summary>
/// <param name="Name"><c>cpu:0</c>: the device's kind and the number of the slot.</param>
/// <param name="Description">The device in words.</param>
/// <param name="MemoryBytes">Of the device.</param>
/// <param name="Device">Its name, as results state it.</param>
/// <param name="InstructionSet">Likewise.</param>
/// <param name="Open">Makes the device, for one thread; what is told of it, in lines, is worth a log.</param>
sealed record DeviceSlot(
    string Name, string Description, long MemoryBytes, string Device, string InstructionSet, Func<Action<string>, Device> Open)
{
    /// <exception cref="SettingException">A device does not exist, or cannot be used.</exception>
    public static IReadOnlyList<DeviceSlot> Of(GridOptions options) =>
        [.. Names(options.Devices).SelectMany(device => Of(device, options))];

    // What is there is looked up for auto alone; what is asked for by name must be there.
    static IEnumerable<string> Names(string devices) => devices switch
    {
        "none" => [],
        "auto" => Devices.Cards().Select(card => card.Name).DefaultIfEmpty("cpu"),
        _ => devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    static IEnumerable<DeviceSlot> Of(string name, GridOptions options)
    {
        using var device = Devices.Open(name, options);
        var onCard = device is not CpuDevice;
        var count = options.Slots > 0 ? options.Slots : onCard ? 1 : Environment.ProcessorCount;
        var card = onCard ? Devices.Cards().FirstOrDefault(d => d.Name == device.Name) : null;
        var description = card?.Maker ?? $"{Environment.ProcessorCount} processors, {device.InstructionSet}";
        var memory = card?.Memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        DeviceSlot Slot(int index) =>
            new($"{device.Name}:{index}", description, memory, device.Name, device.InstructionSet, say => Devices.Open(name, options, count, say));
        return [.. Enumerable.Range(0, count).Select(Slot)];
    }
}
