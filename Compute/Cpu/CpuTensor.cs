using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu;

/// <summary>A tensor in a pooled buffer; or a view, which reads its owner's buffer and ends with it.</summary>
sealed unsafe class CpuTensor : Tensor
{
    readonly CpuDevice _device;
    readonly CpuTensor? _owner;
    PooledBuffer? _buffer;
    bool _disposed;

    public CpuTensor(CpuDevice device, Shape shape) : base(device, shape)
    {
        (_device, _buffer) = (device, device.Pool.Take(shape.Count));
        Hold(_buffer.Bytes);
    }

    public CpuTensor(CpuTensor viewed, Shape shape) : base(viewed._device, shape) =>
        (_device, _owner) = (viewed._device, viewed._owner ?? viewed);

    /// <summary>The first element, on a 64-byte boundary.</summary>
    public float* Start
    {
        get
        {
            var buffer = _owner is null ? _buffer : _disposed ? null : _owner._buffer;
            ObjectDisposedException.ThrowIf(buffer is null, this);
            return buffer.Start;
        }
    }

    public Span<float> Span => new(Start, Shape.Count);

    public override void Dispose()
    {
        _disposed = true;
        if (_buffer is null) return;
        Hold(-_buffer.Bytes);
        _device.Pool.Give(_buffer);
        _buffer = null;
    }
}
