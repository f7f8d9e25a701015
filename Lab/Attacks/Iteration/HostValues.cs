using System.Buffers;
using Grid.Compute;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>A tensor's values on the host, for a moment. Their memory goes back when this is disposed, because many steps look at
/// values.</summary>
readonly struct HostValues : IDisposable
{
    readonly float[] _values;
    readonly int _count;
    readonly int _size;

    public HostValues(Tensor tensor)
    {
        (_count, _size) = (tensor.Shape.Count, tensor.Shape.RowSize);
        _values = ArrayPool<float>.Shared.Rent(_count);
        tensor.Device.Download(tensor, _values.AsSpan(0, _count));
    }

    public Span<float> Row(int row) => _values.AsSpan(row * _size, _size);

    public void Dispose() => ArrayPool<float>.Shared.Return(_values);
}
