using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Silo.Configuration;
#if CARDS
using Grid.Torch;
#endif

namespace Grid.Silo.Workers;

/// <summary>The devices that <c>Grid:Devices</c> may name. A build with <c>-p:Cards=false</c> has the processor alone.</summary>
static class Devices
{
    /// <summary>A GPU, as its maker calls it.</summary>
    public sealed record Card(string Name, string Maker, long Memory);

#if CARDS
    public static IEnumerable<Card> Cards() => TorchDevices.List().Skip(1).Select(card => new Card(card.Name, card.Card, card.Memory));

    /// <param name="slots">Devices side by side that share its memory.</param>
    /// <param name="say">Told, in lines, what is worth a log.</param>
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

    /// <exception cref="SettingException">It is not the processor.</exception>
    public static Device Open(string name, GridOptions options, int slots = 1, Action<string>? say = null) => name == "cpu"
        ? new CpuDevice { Replicas = options.Replicas > 0 ? options.Replicas : 1 }
        : throw new SettingException($"Grid:Devices: {name} was asked for, but this silo was built without libtorch and knows cpu alone: "
            + "take the image silo-gpu, or a build without -p:Cards=false.");
#endif
}
