using System.Numerics.Tensors;

namespace Grid.Compute.Cpu.Scheduling;

/// <summary>A sum over fixed chunks of a batch: each chunk on its own, then one after the other, a few at a time to bound memory.</summary>
readonly unsafe ref struct OrderedSum(BufferPool pool, int size, int chunks)
{
    const int MostAtOnce = 16;

    readonly RentedBuffer _sums = pool.Rent(size * (1 + Math.Min(MostAtOnce, chunks)));

    public float* Total => _sums.Start;

    /// <summary>Where the chunks of the current round write their sums, each behind the one before.</summary>
    public float* Sums => _sums.Start + size;

    public void Clear() => new Span<float>(Total, size).Clear();

    public int Round(int first) => Math.Min(MostAtOnce, chunks - first);

    public void Add(int count)
    {
        var total = new Span<float>(Total, size);
        for (var chunk = 0; chunk < count; chunk++)
            TensorPrimitives.Add(total, new ReadOnlySpan<float>(Sums + (nint)chunk * size, size), total);
    }

    public void Dispose() => _sums.Dispose();
}
