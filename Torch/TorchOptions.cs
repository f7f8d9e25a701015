namespace Grid.Torch;

/// <summary>How libtorch computes; holds for the whole process.</summary>
/// <param name="Tf32">
/// Whether matrix products and convolutions on CUDA may round their inputs to 10 bits of mantissa: faster on Ampere and later, and no longer float32.
/// </param>
public sealed record TorchOptions(bool Tf32 = false);
