namespace Grid.Torch.Kernels;

/// <summary>A kernel cannot be compiled, loaded or launched. The message says which, and what NVIDIA's library says of it.</summary>
sealed class KernelException(string message) : Exception(message);
