namespace Grid.Compute;

/// <summary>A float32 array on a device. It lives until its <see cref="Scope"/> ends, or until disposed when made outside every
/// scope.</summary>
/// <param name="device">The device that it lies on.</param>
/// <param name="shape">The lengths of its axes.</param>
public abstract partial class Tensor(Device device, Shape shape) : IDisposable
{
    /// <summary>The device whose memory it lies in.</summary>
    public Device Device { get; } = device;

    /// <summary>The lengths of its axes.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>A copy of the values on the host, row by row.</summary>
    public float[] ToArray()
    {
        var values = new float[Shape.Count];
        Device.Download(this, values);
        return values;
    }

    /// <summary>Enters the bytes that a tensor takes when it is made; below 0, those that it gives back when it is disposed. A view takes
    /// none.</summary>
    /// <param name="bytes">The number of bytes.</param>
    protected void Hold(long bytes) => Device.Hold(bytes);

    /// <summary>Frees its memory. A scope does so for its tensors.</summary>
    public abstract void Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Shape} on {Device.Name}";
}
