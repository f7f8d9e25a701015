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

    /// <summary>Eight rows of one vector to which are added, one after the other, the products of some cells. For 32 registers.</summary>
    /// <param name="apart">From the weights of one cell to the next's.</param>
    /// <param name="cells">What is added to the place for each cell; those below 0 are left out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddCells(
        float* weights, nint apart, float* place, int* cells, int count, int* offsets, int depth, float* c, nint stride)
    {
        var (s0, s1, s2, s3) = (L.Load(c), L.Load(c + stride), L.Load(c + 2 * stride), L.Load(c + 3 * stride));
        var (s4, s5, s6, s7) = (L.Load(c + 4 * stride), L.Load(c + 5 * stride), L.Load(c + 6 * stride), L.Load(c + 7 * stride));
        for (var cell = 0; cell < count; cell++)
        {
            if (cells[cell] < 0) continue;
            float* b = place + cells[cell], a = weights + cell * apart;
            TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
            for (var k = 0; k < depth; k++, a += 8)
            {
                var x = L.Load(b + offsets[k]);
                c0 = L.MultiplyAdd(L.All(a[0]), x, c0);
                c1 = L.MultiplyAdd(L.All(a[1]), x, c1);
                c2 = L.MultiplyAdd(L.All(a[2]), x, c2);
                c3 = L.MultiplyAdd(L.All(a[3]), x, c3);
                c4 = L.MultiplyAdd(L.All(a[4]), x, c4);
                c5 = L.MultiplyAdd(L.All(a[5]), x, c5);
                c6 = L.MultiplyAdd(L.All(a[6]), x, c6);
                c7 = L.MultiplyAdd(L.All(a[7]), x, c7);
            }

            (s0, s1, s2, s3) = (L.Add(s0, c0), L.Add(s1, c1), L.Add(s2, c2), L.Add(s3, c3));
            (s4, s5, s6, s7) = (L.Add(s4, c4), L.Add(s5, c5), L.Add(s6, c6), L.Add(s7, c7));
        }

        L.Store(s0, c);
        L.Store(s1, c + stride);
        L.Store(s2, c + 2 * stride);
        L.Store(s3, c + 3 * stride);
        L.Store(s4, c + 4 * stride);
        L.Store(s5, c + 5 * stride);
        L.Store(s6, c + 6 * stride);
        L.Store(s7, c + 7 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Keep(TVector left, TVector right, float* c, bool add)
    {
        L.Store(add ? L.Add(L.Load(c), left) : left, c);
        L.Store(add ? L.Add(L.Load(c + L.Count), right) : right, c + L.Count);
    }
}
