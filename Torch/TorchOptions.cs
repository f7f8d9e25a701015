namespace Grid.Torch;

/// <summary>How devices compute; Tf32 holds for the whole process.</summary>
/// <param name="Tf32"> Whether matrix products and convolutions on CUDA may round their inputs to 10 bits of mantissa: faster on Ampere and
/// later, and no longer float32.
/// </param>
/// <param name="Replicas">Networks trained and attacked as one, at most; none leaves it to the device.</param>
/// <param name="Slots">Devices side by side that share the memory.</param>
public sealed record TorchOptions(bool Tf32 = false, int? Replicas = null, int Slots = 1)
{
    /// <summary>Told in a line of what is slower than it could be.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
