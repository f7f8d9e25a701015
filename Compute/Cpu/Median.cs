using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu;

/// <summary>Median filter; a block is one plane.</summary>
unsafe struct Median : IBlocks
{
    public int Height, Width, Size;
    public float* X, Y, Scratch;

    /// <summary>The mirrored plane, a row of results, a window.</summary>
    public static int WorkerScratch(int height, int width, int size) => Aligned((height + size) * Stride(width, size)) + Stride(width, size) + Aligned(size * size);

    static int Aligned(int floats) => (floats + 15) & ~15;

    static int Stride(int width, int size) => Aligned(width + size) + 16;

    public readonly void Run(int worker, int block)
    {
        var mirrored = Scratch + (nint)worker * WorkerScratch(Height, Width, Size);
        var stride = Stride(Width, Size);
        var line = mirrored + Aligned((Height + Size) * stride);
        var x = X + (nint)block * Height * Width;
        var y = Y + (nint)block * Height * Width;
        for (var row = 0; row < Height + Size - 1; row++)
        {
            var source = x + (nint)Mirror(row - Size / 2, Height) * Width;
            var target = mirrored + (nint)row * stride;
            for (var column = 0; column < Width + Size - 1; column++) target[column] = source[Mirror(column - Size / 2, Width)];
        }

        for (var row = 0; row < Height; row++, y += Width)
        {
            var source = mirrored + (nint)row * stride;
            if (Size == 2) Two(source, stride, line);
            else if (Size == 3) Three(source, stride, line);
            else Any(source, stride, line, line + stride);
            new ReadOnlySpan<float>(line, Width).CopyTo(new(y, Width));
        }
    }

    /// <summary>Half-sample symmetric: cba|abc|cba.</summary>
    static int Mirror(int i, int length)
    {
        if ((uint)i < (uint)length) return i;
        i = (i % (2 * length) + 2 * length) % (2 * length);
        return i < length ? i : 2 * length - 1 - i;
    }

    /// <summary>The third of four.</summary>
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

    /// <summary>The middle one of the largest of the columns' lowest, the middle of their middles, the least of their highest.</summary>
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

    readonly void Any(float* x, nint stride, float* y, float* scratch)
    {
        var window = new Span<float>(scratch, Size * Size);
        for (var i = 0; i < Width; i++)
        {
            for (var row = 0; row < Size; row++) new ReadOnlySpan<float>(x + row * stride + i, Size).CopyTo(window[(row * Size)..]);
            window.Sort();
            y[i] = window[window.Length / 2];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> Low, Vector512<float> High) Sort(Vector512<float> a, Vector512<float> b) =>
        (Vector512.MinNative(a, b), Vector512.MaxNative(a, b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector512<float> Low, Vector512<float> Middle, Vector512<float> High) Sort(Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        (a, b) = Sort(a, b);
        (b, c) = Sort(b, c);
        (a, b) = Sort(a, b);
        return (a, b, c);
    }
}
