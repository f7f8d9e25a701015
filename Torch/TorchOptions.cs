namespace Grid.Torch;

/// <summary>How devices compute. Tf32 holds for the whole process.</summary>
/// <param name="Tf32">Whether matrix products and convolutions on CUDA may round their inputs to 10 bits of mantissa, which is faster on
/// Ampere and later, and no longer float32.</param>
/// <param name="Replicas">The most networks that are trained and attacked as one; null leaves it to the device.</param>
/// <param name="Slots">The number of devices side by side that share the memory, 1 or more.</param>
public sealed record TorchOptions(bool Tf32 = false, int? Replicas = null, int Slots = 1)
{
    /// <summary>Gets a line about everything that is slower than it could be.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
