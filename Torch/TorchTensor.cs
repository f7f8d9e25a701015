using Grid.Compute;
using TorchSharp;

namespace Grid.Torch;

/// <summary>Owns a libtorch tensor: float32, contiguous, without a graph.</summary>
sealed class TorchTensor(TorchDevice device, Shape shape, torch.Tensor value) : Tensor(device, shape)
{
    torch.Tensor? _value = value;

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
        _value?.Dispose();
        _value = null;
    }
}
