using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Gemm;

/// <summary>Register tiles of four rows, for 16 vector registers: c [4, columns] (+)= a [k, 4] b [k, columns], packed.</summary>
static unsafe class GemmTile4<L, TVector> where L : IFloatLanes<TVector> where TVector : struct
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
        if (vectors == 3) Tile4x3(a, b, k, c, stride, add);
        else if (vectors == 2) Tile4x2(a, b, k, c, stride, add);
        else Tile4x1(a, b, k, c, stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x3(float* a, float* b, int k, float* c, nint stride, bool add)
    {
        TVector c00 = default, c01 = default, c02 = default;
        TVector c10 = default, c11 = default, c12 = default;
        TVector c20 = default, c21 = default, c22 = default;
        TVector c30 = default, c31 = default, c32 = default;
        if (add)
        {
            (c00, c01, c02) = (L.Load(c), L.Load(c + W), L.Load(c + 2 * W));
            (c10, c11, c12) = (L.Load(c + stride), L.Load(c + stride + W), L.Load(c + stride + 2 * W));
            (c20, c21, c22) = (L.Load(c + 2 * stride), L.Load(c + 2 * stride + W), L.Load(c + 2 * stride + 2 * W));
            (c30, c31, c32) = (L.Load(c + 3 * stride), L.Load(c + 3 * stride + W), L.Load(c + 3 * stride + 2 * W));
        }

        for (; k > 0; k--, a += 4, b += 3 * W)
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x2(float* a, float* b, int k, float* c, nint stride, bool add)
    {
        TVector c00 = default, c01 = default;
        TVector c10 = default, c11 = default;
        TVector c20 = default, c21 = default;
        TVector c30 = default, c31 = default;
        if (add)
        {
            (c00, c01) = (L.Load(c), L.Load(c + W));
            (c10, c11) = (L.Load(c + stride), L.Load(c + stride + W));
            (c20, c21) = (L.Load(c + 2 * stride), L.Load(c + 2 * stride + W));
            (c30, c31) = (L.Load(c + 3 * stride), L.Load(c + 3 * stride + W));
        }

        for (; k > 0; k--, a += 4, b += 2 * W)
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
        }

        L.Store(c00, c);
        L.Store(c01, c + W);
        L.Store(c10, c + stride);
        L.Store(c11, c + stride + W);
        L.Store(c20, c + 2 * stride);
        L.Store(c21, c + 2 * stride + W);
        L.Store(c30, c + 3 * stride);
        L.Store(c31, c + 3 * stride + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x1(float* a, float* b, int k, float* c, nint stride, bool add)
    {
        TVector c00 = default;
        TVector c10 = default;
        TVector c20 = default;
        TVector c30 = default;
        if (add)
        {
            c00 = L.Load(c);
            c10 = L.Load(c + stride);
            c20 = L.Load(c + 2 * stride);
            c30 = L.Load(c + 3 * stride);
        }

        for (; k > 0; k--, a += 4, b += W)
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
        }

        L.Store(c00, c);
        L.Store(c10, c + stride);
        L.Store(c20, c + 2 * stride);
        L.Store(c30, c + 3 * stride);
    }
}
