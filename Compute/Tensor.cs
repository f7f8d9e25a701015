namespace Grid.Compute;

/// <summary>A float32 array on a device. It lives until its <see cref="Scope"/> ends, or until disposed when made outside every
/// scope.</summary>
/// <param name="device">The device that it lies on.</param>
/// <param name="shape">The lengths of its axes.</param>
public abstract partial class Tensor(Device device, Shape shape) : IDisposable
{
    /// <summary>The device whose memory it is in.</summary>
    public Device Device { get; } = device;

    /// <summary>Its axes.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>A copy of the values on the host, row-major.</summary>
    public float[] ToArray()
    {
        var values = new float[Shape.Count];
        Device.Download(this, values);
        return values;
    }

    /// <summary>Enters what it takes when it is made, and below 0 what it gives back when it is disposed; a view takes nothing.</summary>
    /// <param name="bytes">The bytes that it takes up.</param>
    protected void Hold(long bytes) => Device.Hold(bytes);

    /// <summary>Frees its memory. Scopes do so by themselves.</summary>
    public abstract void Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Shape} on {Device.Name}";
}
