using Grid.Compute;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch;

/// <summary>A tensor in libtorch's memory: float32 (winners: bytes), contiguous, without a graph. Kernels take its address, libtorch's
/// operators its value.</summary>
sealed class TorchTensor : Tensor
{
    readonly long _bytes;
    readonly TorchTensor? _seen;
    readonly CardBuffer? _buffer;
    readonly CardBuffers? _home;
    torch.Tensor? _value;
    nint _address;
    bool _disposed;

    /// <summary>A tensor that an operator of libtorch gave.</summary>
    /// <param name="view">Whether it shares the memory of another tensor.</param>
    public TorchTensor(TorchDevice device, Shape shape, torch.Tensor value, bool view) : base(device, shape)
    {
        (_value, _bytes) = (value, view ? 0 : sizeof(float) * (long)shape.Count);
        Hold(_bytes);
    }

    /// <summary>A tensor in a buffer that goes back to where it came from.</summary>
    public TorchTensor(TorchDevice device, Shape shape, CardBuffer buffer, CardBuffers home) : base(device, shape)
    {
        (_buffer, _home, _address, _bytes) = (buffer, home, buffer.Address, buffer.Bytes);
        Hold(_bytes);
    }

    /// <summary>Another tensor under this shape, which must outlive this one.</summary>
    public TorchTensor(TorchTensor seen, Shape shape) : base(seen.Device, shape) => _seen = seen;

    public bool IsBytes => _buffer?.IsBytes ?? _seen?.IsBytes ?? false;

    public torch.Tensor Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _value ??= (_buffer?.Whole ?? _seen!.Value).view(TorchDevice.Axes(Shape)).DetachFromDisposeScope();
        }
    }

    /// <summary>The address of its memory, for kernels.</summary>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_address == 0) _address = _seen?.Address ?? Native.Address(Value);
            return _address;
        }
    }

    public override void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Hold(-_bytes);
        _value?.Dispose();
        if (_buffer is not null) _home!.Give(_buffer);
    }
}
