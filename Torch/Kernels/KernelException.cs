namespace Grid.Torch.Kernels;

/// <summary>A kernel cannot be compiled, loaded or launched; the message says which and what NVIDIA's library says.</summary>
sealed class KernelException(string message) : Exception(message);
