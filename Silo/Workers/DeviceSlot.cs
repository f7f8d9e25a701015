using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Silo.Configuration;

namespace Grid.Silo.Workers;

/// <summary>A place on a device where one group at a time runs.</summary>
/// <param name="Name"><c>cpu:0</c>: the device's kind and the number of the slot.</param>
/// <param name="Description">The device in words.</param>
/// <param name="MemoryBytes">Of the device.</param>
/// <param name="Open">Makes the device, for one thread.</param>
sealed record DeviceSlot(string Name, string Description, long MemoryBytes, Func<Device> Open)
{
    /// <exception cref="SettingException">A device does not exist.</exception>
    public static IReadOnlyList<DeviceSlot> Of(GridOptions options) =>
        [.. options.Devices.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(d => Of(d, options.Slots))];

    static IEnumerable<DeviceSlot> Of(string device, int slots)
    {
        switch (device)
        {
            case "none":
                return [];
            case "cpu":
                using (var cpu = new CpuDevice())
                {
                    var count = slots == 0 ? Environment.ProcessorCount : slots;
                    var description = $"{Environment.ProcessorCount} processors, {cpu.InstructionSet}";
                    var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
                    return [.. Enumerable.Range(0, count).Select(i => new DeviceSlot($"cpu:{i}", description, memory, () => new CpuDevice()))];
                }

            default:
                throw new SettingException($"Grid:Devices: there is no device '{device}'; give cpu, or none for a silo that runs no cells");
        }
    }
}
