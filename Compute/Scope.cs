namespace Grid.Compute;

/// <summary>Frees, when disposed, every tensor that was made on its device since it was opened, except those kept. Scopes nest.</summary>
public sealed class Scope : IDisposable
{
    readonly Device _device;
    readonly Scope? _outer;
    readonly List<Tensor> _tensors = [];

    internal Scope(Device device) => (_device, _outer, device.Innermost) = (device, device.Innermost, this);

    internal void Add(Tensor tensor) => _tensors.Add(tensor);

    /// <summary>Hands a tensor to the enclosing scope, or to the caller where there is none.</summary>
    /// <param name="tensor">The tensor that outlives the scope.</param>
    public Tensor Keep(Tensor tensor)
    {
        if (_tensors.Remove(tensor)) _outer?.Add(tensor);
        return tensor;
    }

    /// <summary>Frees the tensors of this scope and ends it.</summary>
    public void Dispose()
    {
        if (_device.Innermost != this) throw new InvalidOperationException("Scopes end in the reverse order of their opening.");
        _device.Innermost = _outer;
        foreach (var tensor in _tensors) tensor.Dispose();
    }
}
