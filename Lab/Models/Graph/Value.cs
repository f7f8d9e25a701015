using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>A value of a graph: numbers on the host, such as a shape; a tensor on the device; or a constant, which is both.</summary>
sealed class Value
{
    public Value(Variable device) => Device = device;

    public Value(Numbers host, Variable? device = null) => (Host, Device) = (host, device);

    /// <summary>The numbers on the host; null where they depend on the images.</summary>
    public Numbers? Host { get; }

    /// <summary>The tensor on the device; null for a value that is on the host alone.</summary>
    public Variable? Device { get; }

    public Shape Shape => Device?.Shape ?? Host!.Shape;

    public static implicit operator Value(Variable device) => new(device);

    public static implicit operator Value(Numbers host) => new(host);
}
