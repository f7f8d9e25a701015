using System.Runtime.InteropServices;
using TorchSharp;

namespace Grid.Torch.Kernels;

/// <summary>The functions of TorchSharp's native part that TorchSharp itself does not show.</summary>
static partial class Native
{
    /// <summary>The address of a contiguous tensor's first element. The caller keeps the tensor until its kernel is queued.</summary>
    public static nint Address(torch.Tensor tensor) => Data(tensor.Handle);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Data(nint tensor);
}
