using TorchSharp;

namespace Grid.Torch.Kernels;

/// <summary>A flat piece of libtorch's memory.</summary>
sealed record CardBuffer(torch.Tensor Whole, int Count, bool IsBytes)
{
    public nint Address { get; } = Native.Address(Whole);

    public long Bytes => (long)Count * (IsBytes ? sizeof(byte) : sizeof(float));
}

/// <summary>Lends memory, and keeps what comes back for the next request of that size, because to ask libtorch for it takes longer than a
/// small kernel runs. Work on a GPU is done in its order, so memory may be lent again at once.</summary>
sealed class CardBuffers(torch.Device home)
{
    // Larger ones are worked on for longer than it takes to ask for them.
    const long MostOfOne = 8 << 20, Most = 256 << 20;

    readonly Dictionary<(int, bool), Stack<CardBuffer>> _free = [];
    long _kept;

    /// <summary>Lends memory, whose contents are undefined.</summary>
    public CardBuffer Take(int count, bool bytes = false)
    {
        if (_free.TryGetValue((count, bytes), out var free) && free.TryPop(out var known))
        {
            _kept -= known.Bytes;
            return known;
        }

        return new(torch.empty([count], bytes ? torch.ScalarType.Byte : torch.ScalarType.Float32, home).DetachFromDisposeScope(), count,
            bytes);
    }

    public void Give(CardBuffer buffer)
    {
        if (buffer.Bytes > MostOfOne || _kept + buffer.Bytes > Most)
        {
            buffer.Whole.Dispose();
            return;
        }

        if (!_free.TryGetValue((buffer.Count, buffer.IsBytes), out var free)) _free.Add((buffer.Count, buffer.IsBytes), free = new());
        free.Push(buffer);
        _kept += buffer.Bytes;
    }

    /// <summary>Gives all memory back to libtorch that is not lent.</summary>
    public void Clear()
    {
        foreach (var buffer in _free.Values.SelectMany(f => f)) buffer.Whole.Dispose();
        _free.Clear();
        _kept = 0;
    }
}
