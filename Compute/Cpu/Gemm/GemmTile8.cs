using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Gemm;

/// <summary>Register tiles of eight rows, for 32 vector registers: c [8, columns] (+)= a [k, 8] b [k, columns], packed.</summary>
static unsafe class GemmTile8<L, TVector> where L : IFloatLanes<TVector> where TVector : struct
{
    static int W
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => L.Count;
    }

    /// <summary>Multiplies a tile. Columns are a whole number of vectors, at most three. Each sum continues what c holds, or starts at
    /// 0.</summary>
    public static void Run(int vectors, float* a, float* b, int k, float* c, nint stride, bool add)
    {
        if (vectors == 3) Tile8x3(a, b, k, c, stride, add);
        else if (vectors == 2) Tile8x2(a, b, k, c, stride, add);
        else Tile8x1(a, b, k, c, stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x3(float* a, float* b, int k, float* c, nint stride, bool add)
    {
        TVector c00 = default, c01 = default, c02 = default;
        TVector c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default;
        TVector c30 = default, c31 = default, c32 = default;
        TVector c40 = default, c41 = default, c42 = default;
        TVector c50 = default, c51 = default, c52 = default;
        TVector c60 = default, c61 = default, c62 = default;
        TVector c70 = default, c71 = default, c72 = default;
        if (add)
        {
            (c00, c01, c02) = (L.Load(c), L.Load(c + W), L.Load(c + 2 * W));
            (c10, c11, c12) = (L.Load(c + stride), L.Load(c + stride + W), L.Load(c + stride + 2 * W));
            (c20, c21, c22) = (L.Load(c + 2 * stride), L.Load(c + 2 * stride + W), L.Load(c + 2 * stride + 2 * W));
            (c30, c31, c32) = (L.Load(c + 3 * stride), L.Load(c + 3 * stride + W), L.Load(c + 3 * stride + 2 * W));
            (c40, c41, c42) = (L.Load(c + 4 * stride), L.Load(c + 4 * stride + W), L.Load(c + 4 * stride + 2 * W));
            (c50, c51, c52) = (L.Load(c + 5 * stride), L.Load(c + 5 * stride + W), L.Load(c + 5 * stride + 2 * W));
            (c60, c61, c62) = (L.Load(c + 6 * stride), L.Load(c + 6 * stride + W), L.Load(c + 6 * stride + 2 * W));
            (c70, c71, c72) = (L.Load(c + 7 * stride), L.Load(c + 7 * stride + W), L.Load(c + 7 * stride + 2 * W));
        }

        for (; k > 0; k--, a += 8, b += 3 * W)
        {
            var (b0, b1, b2) = (L.Load(b), L.Load(b + W), L.Load(b + 2 * W));
            var x = L.All(a[0]);
            c00 = L.MultiplyAdd(x, b0, c00);
            c01 = L.MultiplyAdd(x, b1, c01);
            c02 = L.MultiplyAdd(x, b2, c02);
            x = L.All(a[1]);
            c10 = L.MultiplyAdd(x, b0, c10);
            c11 = L.MultiplyAdd(x, b1, c11);
            c12 = L.MultiplyAdd(x, b2, c12);
            x = L.All(a[2]);
            c20 = L.MultiplyAdd(x, b0, c20);
            c21 = L.MultiplyAdd(x, b1, c21);
            c22 = L.MultiplyAdd(x, b2, c22);
            x = L.All(a[3]);
            c30 = L.MultiplyAdd(x, b0, c30);
            c31 = L.MultiplyAdd(x, b1, c31);
            c32 = L.MultiplyAdd(x, b2, c32);
            x = L.All(a[4]);
            c40 = L.MultiplyAdd(x, b0, c40);
            c41 = L.MultiplyAdd(x, b1, c41);
            c42 = L.MultiplyAdd(x, b2, c42);
            x = L.All(a[5]);
            c50 = L.MultiplyAdd(x, b0, c50);
            c51 = L.MultiplyAdd(x, b1, c51);
            c52 = L.MultiplyAdd(x, b2, c52);
            x = L.All(a[6]);
            c60 = L.MultiplyAdd(x, b0, c60);
            c61 = L.MultiplyAdd(x, b1, c61);
            c62 = L.MultiplyAdd(x, b2, c62);
            x = L.All(a[7]);
            c70 = L.MultiplyAdd(x, b0, c70);
            c71 = L.MultiplyAdd(x, b1, c71);
            c72 = L.MultiplyAdd(x, b2, c72);
        }

        L.Store(c00, c);
        L.Store(c01, c + W);
        L.Store(c02, c + 2 * W);
        L.Store(c10, c + stride);
        L.Store(c11, c + stride + W);
        L.Store(c12, c + stride + 2 * W);
        L.Store(c20, c + 2 * stride);
        L.Store(c21, c + 2 * stride + W);
        L.Store(c22, c + 2 * stride + 2 * W);
        L.Store(c30, c + 3 * stride);
        L.Store(c31, c + 3 * stride + W);
        L.Store(c32, c + 3 * stride + 2 * W);
        L.Store(c40, c + 4 * stride);
        L.Store(c41, c + 4 * stride + W);
        L.Store(c42, c + 4 * stride + 2 * W);
        L.Store(c50, c + 5 * stride);
        L.Store(c51, c + 5 * stride + W);
        L.Store(c52, c + 5 * stride + 2 * W);
        L.Store(c60, c + 6 * stride);
        L.Store(c61, c + 6 * stride + W);
        L.Store(c62, c + 6 * stride + 2 * W);
        L.Store(c70, c + 7 * stride);
        L.Store(c71, c + 7 * stride + W);
        L.Store(c72, c + 7 * stride + 2 * W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x2(float* a, float* b, int k, float* c, nint stride, bool add)
    {
        TVector c00 = default, c01 = default;
        TVector c10 = default, c11 = default;
        TVector c20 = default, c21 = default;
        TVector c30 = default, c31 = default;
        TVector c40 = default, c41 = default;
        TVector c50 = default, c51 = default;
        TVector c60 = default, c61 = default;
        TVector c70 = default, c71 = default;
        if (add)
        {
            (c00, c01) = (L.Load(c), L.Load(c + W));
            (c10, c11) = (L.Load(c + stride), L.Load(c + stride + W));
            (c20, c21) = (L.Load(c + 2 * stride), L.Load(c + 2 * stride + W));
            (c30, c31) = (L.Load(c + 3 * stride), L.Load(c + 3 * stride + W));
            (c40, c41) = (L.Load(c + 4 * stride), L.Load(c + 4 * stride + W));
            (c50, c51) = (L.Load(c + 5 * stride), L.Load(c + 5 * stride + W));
            (c60, c61) = (L.Load(c + 6 * stride), L.Load(c + 6 * stride + W));
            (c70, c71) = (L.Load(c + 7 * stride), L.Load(c + 7 * stride + W));
        }

        for (; k > 0; k--, a += 8, b += 2 * W)
        {
            var (b0, b1) = (L.Load(b), L.Load(b + W));
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

        L.Store(c00, c);
        L.Store(c01, c + W);
        L.Store(c10, c + stride);
        L.Store(c11, c + stride + W);
        L.Store(c20, c + 2 * stride);
        L.Store(c21, c + 2 * stride + W);
        L.Store(c30, c + 3 * stride);
        L.Store(c31, c + 3 * stride + W);
        L.Store(c40, c + 4 * stride);
        L.Store(c41, c + 4 * stride + W);
        L.Store(c50, c + 5 * stride);
        L.Store(c51, c + 5 * stride + W);
        L.Store(c60, c + 6 * stride);
        L.Store(c61, c + 6 * stride + W);
        L.Store(c70, c + 7 * stride);
        L.Store(c71, c + 7 * stride + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x1(float* a, float* b, int k, float* c, nint stride, bool add)
    {
        TVector c00 = default;
        TVector c10 = default;
        TVector c20 = default;
        TVector c30 = default;
        TVector c40 = default;
        TVector c50 = default;
        TVector c60 = default;
        TVector c70 = default;
        if (add)
        {
            c00 = L.Load(c);
            c10 = L.Load(c + stride);
            c20 = L.Load(c + 2 * stride);
            c30 = L.Load(c + 3 * stride);
            c40 = L.Load(c + 4 * stride);
            c50 = L.Load(c + 5 * stride);
            c60 = L.Load(c + 6 * stride);
            c70 = L.Load(c + 7 * stride);
        }

        for (; k > 0; k--, a += 8, b += W)
        {
            var b0 = L.Load(b);
            var x = L.All(a[0]);
            c00 = L.MultiplyAdd(x, b0, c00);
            x = L.All(a[1]);
            c10 = L.MultiplyAdd(x, b0, c10);
            x = L.All(a[2]);
            c20 = L.MultiplyAdd(x, b0, c20);
            x = L.All(a[3]);
            c30 = L.MultiplyAdd(x, b0, c30);
            x = L.All(a[4]);
            c40 = L.MultiplyAdd(x, b0, c40);
            x = L.All(a[5]);
            c50 = L.MultiplyAdd(x, b0, c50);
            x = L.All(a[6]);
            c60 = L.MultiplyAdd(x, b0, c60);
            x = L.All(a[7]);
            c70 = L.MultiplyAdd(x, b0, c70);
        }

        L.Store(c00, c);
        L.Store(c10, c + stride);
        L.Store(c20, c + 2 * stride);
        L.Store(c30, c + 3 * stride);
        L.Store(c40, c + 4 * stride);
        L.Store(c50, c + 5 * stride);
        L.Store(c60, c + 6 * stride);
        L.Store(c70, c + 7 * stride);
    }
}
