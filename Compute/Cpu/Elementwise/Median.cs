using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Cpu.Elementwise;

/// <summary>Median filter; a block is one plane.</summary>
unsafe struct Median : IBlocks
{
    public int Height, Width, Size;
    public float* X, Y, Scratch;

    /// <summary>The number of floats of scratch memory: the mirrored plane, a row of results, and for other sizes the lower half of a
    /// window in each lane.</summary>
    public static int WorkerScratch(int height, int width, int size) =>
        (height + size + 1) * Stride(width, size) + (size is 2 or 3 ? 0 : 16 * (size * size / 2 + 1));

    static int Stride(int width, int size) => ((width + size + 15) & ~15) + 16;

    public readonly void Run(int worker, int block)
    {
        var mirrored = Scratch + (nint)worker * WorkerScratch(Height, Width, Size);
        nint stride = Stride(Width, Size);
        var line = mirrored + (Height + Size) * stride;
        var x = X + (nint)block * Height * Width;
        var y = Y + (nint)block * Height * Width;
        for (var row = 0; row < Height + Size - 1; row++)
            MirrorRow(x + (nint)Mirror(row - Size / 2, Height) * Width, mirrored + row * stride);
        for (var row = 0; row < Height; row++, y += Width, mirrored += stride)
        {
            if (Size == 2) Two(mirrored, stride, line);
            else if (Size == 3) Three(mirrored, stride, line);
            else Any(mirrored, stride, line, line + stride);
            new ReadOnlySpan<float>(line, Width).CopyTo(new(y, Width));
        }
    }

    readonly void MirrorRow(float* source, float* target)
    {
        var before = Size / 2;
        for (var i = 0; i < before; i++) target[i] = source[Mirror(i - before, Width)];
        new ReadOnlySpan<float>(source, Width).CopyTo(new(target + before, Width));
        for (var i = before + Width; i < Width + Size - 1; i++) target[i] = source[Mirror(i - before, Width)];
    }

    /// <summary>Mirrors an index about the border, half-sample symmetric: cba|abc|cba.</summary>
    static int Mirror(int i, int length)
    {
        if ((uint)i < (uint)length) return i;
        i = (i % (2 * length) + 2 * length) % (2 * length);
        return i < length ? i : 2 * length - 1 - i;
    }

    /// <summary>Takes the third of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void Two(float* x, nint stride, float* y)
    {
        for (var i = 0; i < Width; i += 16, x += 16)
        {
            var (a, b) = Sort(Vector512.Load(x), Vector512.Load(x + 1));
            var (c, d) = Sort(Vector512.Load(x + stride), Vector512.Load(x + stride + 1));
            Vector512.MaxNative(Vector512.MinNative(b, d), Vector512.MaxNative(a, c)).Store(y + i);
        }
    }

    /// <summary>Takes the middle one of three: the largest of the columns' lowest, the middle of their middles, the least of their
    /// highest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void Three(float* x, nint stride, float* y)
    {
        for (var i = 0; i < Width; i += 16, x += 16)
        {
            var (a0, a1, a2) = Sort(Vector512.Load(x), Vector512.Load(x + stride), Vector512.Load(x + 2 * stride));
            var (b0, b1, b2) = Sort(Vector512.Load(x + 1), Vector512.Load(x + stride + 1), Vector512.Load(x + 2 * stride + 1));
            var (c0, c1, c2) = Sort(Vector512.Load(x + 2), Vector512.Load(x + stride + 2), Vector512.Load(x + 2 * stride + 2));
            var low = Vector512.MaxNative(Vector512.MaxNative(a0, b0), c0);
            var high = Vector512.MinNative(Vector512.MinNative(a2, b2), c2);
            Sort(low, Sort(a1, b1, c1).Middle, high).Middle.Store(y + i);
        }
    }

    /// <summary>Filters sixteen windows at once: it sinks each value into the sorted lower half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void Any(float* x, nint stride, float* y, float* half)
    {
        var last = Size * Size / 2;
        for (var i = 0; i < Width; i += 16, x += 16)
        {
            for (var k = 0; k < Size * Size; k++)
            {
                var value = Vector512.Load(x + k / Size * stride + k % Size);
                for (var j = 0; j < Math.Min(k, last + 1); j++)
                {
                    (var lower, value) = Sort(Vector512.Load(half + 16 * j), value);
                    lower.Store(half + 16 * j);
                }

                if (k <= last) value.Store(half + 16 * k);
            }

            Vector512.Load(half + 16 * last).Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> Low, Vector512<float> High) Sort(Vector512<float> a, Vector512<float> b) =>
        (Vector512.MinNative(a, b), Vector512.MaxNative(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> Low, Vector512<float> Middle, Vector512<float> High) Sort(
        Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        (a, b) = Sort(a, b);
        (b, c) = Sort(b, c);
        (a, b) = Sort(a, b);
        return (a, b, c);
    }
}
