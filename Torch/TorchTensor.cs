using Grid.Compute;
using Grid.Torch.Kernels;
using TorchSharp;

namespace Grid.Torch;

/// <summary>Owns a libtorch tensor: float32 (winners: bytes), contiguous, without a graph.</summary>
sealed class TorchTensor : Tensor
{
    readonly long _bytes;
    torch.Tensor? _value;
    nint _address;

    /// <param name="view">Whether it shares another one's memory.</param>
    /// <param name="element">Bytes of an element.</param>
    public TorchTensor(TorchDevice device, Shape shape, torch.Tensor value, bool view, int element = sizeof(float)) : base(device, shape)
    {
        (_value, _bytes, IsBytes) = (value, view ? 0 : element * (long)shape.Count, element == sizeof(byte));
        Hold(_bytes);
    }

    public bool IsBytes { get; }

    public torch.Tensor Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_value is null, this);
            return _value;
        }
    }

    /// <summary>Where it lies, for kernels.</summary>
    public nint Address
    {
        get
        {
            if (_address == 0 || _value is null) _address = Native.Address(Value);
            return _address;
        }
    }

    public override void Dispose()
    {
        if (_value is null) return;
        Hold(-_bytes);
        _value.Dispose();
        (_value, _address) = (null, 0);
    }
}
