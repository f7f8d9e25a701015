using System.Numerics;

namespace Grid.Compute.Cpu.Scheduling;

/// <summary>
/// Memory from a 64-byte boundary that the collector does not move, with room for one more vector behind its end. Pinned arrays, so that
/// what a caller forgets is still collected.
/// </summary>
sealed unsafe class PooledBuffer
{
    internal const int Alignment = 64, Slack = 16;

    readonly float[] _floats;

    public PooledBuffer(int sizeClass) : this(sizeClass, BufferPool.Capacity(sizeClass) + Slack)
    {
    }

    /// <summary>A buffer of a size class.</summary>
    /// <param name="before">The number of floats in front of the start that belong to nobody, in whole cache lines.</param>
    internal PooledBuffer(int sizeClass, int count, int before = 0)
    {
        SizeClass = sizeClass;
        _floats = GC.AllocateUninitializedArray<float>(before + count + Alignment / sizeof(float), pinned: true);
        var start = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _floats[0]);
        Start = (float*)((start + Alignment - 1) & ~(nuint)(Alignment - 1)) + before;
    }

    public int SizeClass { get; }

    public float* Start { get; }

    public long Bytes => sizeof(float) * (long)_floats.Length;
}

/// <summary>
/// Buffers by size class, four classes to each doubling, so that at most a fifth of one is unused. Used by one thread at a time.
/// </summary>
class BufferPool
{
    internal const int Smallest = 64;

    readonly Stack<PooledBuffer>[] _free = [.. Enumerable.Range(0, 4 * 32).Select(_ => new Stack<PooledBuffer>())];

    /// <summary>How many buffers were taken and not yet given back.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Takes a buffer, which has room for one more vector behind its end.</summary>
    public virtual PooledBuffer Take(int count)
    {
        var sizeClass = SizeClass(count);
        Outstanding++;
        return _free[sizeClass].TryPop(out var buffer) ? buffer : new PooledBuffer(sizeClass);
    }

    public virtual void Give(PooledBuffer buffer)
    {
        Outstanding--;
        _free[buffer.SizeClass].Push(buffer);
    }

    /// <summary>Takes scratch memory that goes back when disposed. Workers share it, so each keeps to its part.</summary>
    public virtual RentedBuffer Rent(int count) => new(this, Take(count));

    public void Clear()
    {
        foreach (var stack in _free) stack.Clear();
    }

    /// <summary>The number of floats in a buffer of a class: 64, 80, 96, 112, 128, 160, ...</summary>
    internal static int Capacity(int sizeClass) =>
        (int)Math.Min(Array.MaxLength - 64L, (4L + sizeClass % 4) * (Smallest / 4) << (sizeClass / 4));

    internal static int SizeClass(int count)
    {
        if (count <= Smallest) return 0;
        var quarters = (count + Smallest / 4 - 1) / (Smallest / 4);
        var doubling = BitOperations.Log2((uint)quarters) - 2;
        var steps = (quarters + (1 << doubling) - 1) >> doubling;
        return 4 * doubling + steps - 4;
    }
}

readonly unsafe ref struct RentedBuffer(BufferPool pool, PooledBuffer buffer)
{
    public float* Start => buffer.Start;

    public void Dispose() => pool.Give(buffer);
}
