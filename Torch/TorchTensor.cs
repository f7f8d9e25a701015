using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

/// <summary>Owns a libtorch tensor: float32, contiguous, without a graph.</summary>
sealed class TorchTensor : Tensor
{
    readonly long _bytes;
    torch.Tensor? _value;

    /// <param name="view">Whether it shares another one's memory.</param>
    public TorchTensor(TorchDevice device, Shape shape, torch.Tensor value, bool view) : base(device, shape)
    {
        (_value, _bytes) = (value, view ? 0 : sizeof(float) * (long)shape.Count);
        Hold(_bytes);
    }

    public torch.Tensor Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_value is null, this);
            return _value;
        }
    }

    public override void Dispose()
    {
        if (_value is null) return;
        Hold(-_bytes);
        _value.Dispose();
        _value = null;
    }
}
