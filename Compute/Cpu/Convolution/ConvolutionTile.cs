using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>
/// A product of packed weights [depth, channel] with two vectors of places, which are read where they lie: for each step of the depth at
/// its offset from either. Every element is one chain of multiply-adds in the order of depth.
/// </summary>
static unsafe class ConvolutionTile<L, TVector> where L : IFloatLanes<TVector> where TVector : struct
{
    // A tile of half the channels serves where few are left.
    const int Half = 4;

    /// <summary>Channels of a panel of weights.</summary>
    public static int Rows => L.ManyRegisters ? 2 * Half : Half;

    /// <summary>Places of a tile.</summary>
    public static int Width => 2 * L.Count;

    public static int Padded(int channels) => (channels + Rows - 1) / Rows * Rows;

    /// <param name="offsets">What is added to both places for each step of the depth.</param>
    /// <param name="c">Rows, <paramref name="stride"/> apart, that take the product, or to which it is added.</param>
    /// <param name="edge">Room for a tile, where rows or width are less than whole.</param>
    public static void Run(
        float* a, float* left, float* right, int* offsets, int depth, float* c, nint stride, int rows, int width, bool add, float* edge)
    {
        var whole = width == Width && (rows == Rows || rows == Half);
        var (target, apart) = whole ? ((nint)c, stride) : ((nint)edge, Width);
        if (rows > Half) Tile8x2(a, left, right, offsets, depth, (float*)target, apart, whole && add);
        else Tile4x2(a, left, right, offsets, depth, (float*)target, apart, whole && add);
        if (whole) return;
        for (; rows > 0; rows--, edge += Width, c += stride)
        {
            if (width == Width) Keep(L.Load(edge), L.Load(edge + L.Count), c, add);
            else
                for (nint j = 0; j < width; j++) c[j] = add ? c[j] + edge[j] : edge[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x2(float* a, float* left, float* right, int* offsets, int depth, float* c, nint stride, bool add)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        TVector c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        for (; depth > 0; depth--, a += 8)
        {
            nint offset = *offsets++;
            var (b0, b1) = (L.Load(left + offset), L.Load(right + offset));
            var x = L.All(a[0]);
            c00 = L.MultiplyAdd(x, b0, c00);
            c01 = L.MultiplyAdd(x, b1, c01);
            x = L.All(a[1]);
            c10 = L.MultiplyAdd(x, b0, c10);
            c11 = L.MultiplyAdd(x, b1, c11);
            x = L.All(a[2]);
            c20 = L.MultiplyAdd(x, b0, c20);
            c21 = L.MultiplyAdd(x, b1, c21);
            x = L.All(a[3]);
            c30 = L.MultiplyAdd(x, b0, c30);
            c31 = L.MultiplyAdd(x, b1, c31);
            x = L.All(a[4]);
            c40 = L.MultiplyAdd(x, b0, c40);
            c41 = L.MultiplyAdd(x, b1, c41);
            x = L.All(a[5]);
            c50 = L.MultiplyAdd(x, b0, c50);
            c51 = L.MultiplyAdd(x, b1, c51);
            x = L.All(a[6]);
            c60 = L.MultiplyAdd(x, b0, c60);
            c61 = L.MultiplyAdd(x, b1, c61);
            x = L.All(a[7]);
            c70 = L.MultiplyAdd(x, b0, c70);
            c71 = L.MultiplyAdd(x, b1, c71);
        }

        Keep(c00, c01, c, add);
        Keep(c10, c11, c + stride, add);
        Keep(c20, c21, c + 2 * stride, add);
        Keep(c30, c31, c + 3 * stride, add);
        Keep(c40, c41, c + 4 * stride, add);
        Keep(c50, c51, c + 5 * stride, add);
        Keep(c60, c61, c + 6 * stride, add);
        Keep(c70, c71, c + 7 * stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x2(float* a, float* left, float* right, int* offsets, int depth, float* c, nint stride, bool add)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        for (; depth > 0; depth--, a += Rows)
        {
            nint offset = *offsets++;
            var (b0, b1) = (L.Load(left + offset), L.Load(right + offset));
            var x = L.All(a[0]);
            c00 = L.MultiplyAdd(x, b0, c00);
            c01 = L.MultiplyAdd(x, b1, c01);
            x = L.All(a[1]);
            c10 = L.MultiplyAdd(x, b0, c10);
            c11 = L.MultiplyAdd(x, b1, c11);
            x = L.All(a[2]);
            c20 = L.MultiplyAdd(x, b0, c20);
            c21 = L.MultiplyAdd(x, b1, c21);
            x = L.All(a[3]);
            c30 = L.MultiplyAdd(x, b0, c30);
            c31 = L.MultiplyAdd(x, b1, c31);
        }

        Keep(c00, c01, c, add);
        Keep(c10, c11, c + stride, add);
        Keep(c20, c21, c + 2 * stride, add);
        Keep(c30, c31, c + 3 * stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Keep(TVector left, TVector right, float* c, bool add)
    {
        L.Store(add ? L.Add(L.Load(c), left) : left, c);
        L.Store(add ? L.Add(L.Load(c + L.Count), right) : right, c + L.Count);
    }
}
