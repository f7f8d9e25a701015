using System.Runtime.InteropServices;

namespace Grid.Torch.Kernels;

/// <summary>Pinned memory that small uploads pass through, one behind the other. When it is used up, the GPU must first have read it
/// all.</summary>
sealed unsafe class StagingBuffer(Driver driver)
{
    const int Size = 16 << 20, Line = 64;

    nint _memory;
    int _used;

    /// <summary>The most bytes that pass through at once.</summary>
    public const int Most = Size / 2;

    /// <summary>Takes memory to write to, and then to <see cref="Send"/>.</summary>
    public Span<T> Take<T>(int count) where T : unmanaged
    {
        if (_memory == 0) _memory = driver.Pinned(Size);
        var bytes = ((count * sizeof(T)) + Line - 1) / Line * Line;
        if (_used + bytes > Size)
        {
            driver.Wait();
            _used = 0;
        }

        var taken = new Span<T>((void*)(_memory + _used), count);
        _used += bytes;
        return taken;
    }

    /// <summary>Queues the copy of the memory that was taken last, once it is written.</summary>
    public void Send<T>(nint to, Span<T> taken)
        where T : unmanaged =>
        driver.Send(to, (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(taken)),
            (long)taken.Length * sizeof(T));
}
