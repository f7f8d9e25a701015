using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>The arguments of a kernel, laid out as the driver wants them: each at a multiple of its size.</summary>
sealed class KernelArguments
{
    // The driver takes no more on any card.
    readonly byte[] _bytes = new byte[4096];
    int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public KernelArguments Clear()
    {
        _length = 0;
        return this;
    }

    public KernelArguments Add<T>(T value) where T : unmanaged
    {
        Align(Unsafe.SizeOf<T>());
        MemoryMarshal.Write(_bytes.AsSpan(_length), value);
        _length += Unsafe.SizeOf<T>();
        return this;
    }

    /// <summary>Adds a structure of addresses, or of other values of 8 bytes.</summary>
    public KernelArguments Add(ReadOnlySpan<byte> structure)
    {
        Align(8);
        structure.CopyTo(_bytes.AsSpan(_length));
        _length += structure.Length;
        return this;
    }

    void Align(int size) => _length = (_length + size - 1) / size * size;
}
