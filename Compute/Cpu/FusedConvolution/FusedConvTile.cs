using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>
/// Register tiles of the fused block: a few pooling windows side by side times one or two vectors of output channels. Each sum starts at
/// the bias and adds input channels, kernel rows and kernel columns in order. Results are channels-last, padded to whole vectors.
/// </summary>
static unsafe class FusedConvTile<L, TVector> where L : IFloatLanes<TVector> where TVector : struct
{
    static int W
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => L.Count;
    }

    /// <summary>Computes a row of pooling windows; x points at the row's top left corner in the padded image.</summary>
    /// <param name="skip">Whether to look for blank patches, which give the bias. This must not be done where a weight is infinite or not a
    /// number.</param>
    public static void Row(
        int vectors, float* x, nint row, nint plane, float* weights, float* bias, int channels, float* y, byte* winners,
        nint padded, int windows, bool skip)
    {
        var i = 0;
        if (vectors == 2)
        {
            if (L.ManyRegisters)
                for (; i + 2 <= windows; i += 2)
                    Tile2x2(x + 2 * i, row, plane, weights, bias, channels, y + i * padded, winners + i * padded, padded);
            for (; i < windows; i++) Tile1x2(x + 2 * i, row, plane, weights, bias, channels, y + i * padded, winners + i * padded, padded);
            return;
        }

        for (; i + 2 <= windows; i += 2)
            Tile2x1(x + 2 * i, row, plane, weights, bias, skip && Blank(x + 2 * i, row, plane, channels) ? 0 : channels, y + i * padded,
                winners + i * padded, padded);
        if (i < windows) Tile1x1(x + 2 * i, row, plane, weights, bias, channels, y + i * padded, winners + i * padded, padded);
    }

    /// <summary>Whether all of the 4x6 pixels that two windows see are 0, in every channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Blank(float* x, nint row, nint plane, int channels)
    {
        for (; channels > 0; channels--, x += plane)
        {
            float* second = x + row, third = second + row, fourth = third + row;
            var any = (Vector128.Load(x) | Vector128.Load(second) | Vector128.Load(third) | Vector128.Load(fourth)).AsInt64();
            var last = *(long*)(x + 4) | *(long*)(second + 4) | *(long*)(third + 4) | *(long*)(fourth + 4);
            if (last != 0 || any != Vector128<long>.Zero) return false;
        }

        return true;
    }

    /// <summary>Takes the first largest of four, or 0 without a winner where none is positive; NaN stays NaN, as in PyTorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pool(TVector a, TVector b, TVector c, TVector d, float* y, byte* winners)
    {
        var best = L.GreaterOrNaN(b, a);
        var winner = L.Select(best, Index(1), Index(0));
        a = L.Select(best, b, a);
        best = L.GreaterOrNaN(c, a);
        winner = L.Select(best, Index(2), winner);
        a = L.Select(best, c, a);
        best = L.GreaterOrNaN(d, a);
        winner = L.Select(best, Index(3), winner);
        a = L.Select(best, d, a);
        var dead = L.LessOrEqual(a, L.All(0));
        L.Store(L.Select(dead, L.All(0), a), y);
        L.StoreBytes(L.Select(dead, Index(PoolingArgMax.None), winner), winners);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Index(int i) => L.All(BitConverter.Int32BitsToSingle(i));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile2x2(float* x, nint row, nint plane, float* weights, float* bias, int channels, float* y, byte* winners, nint padded)
    {
        TVector a00 = L.Load(bias), a10 = a00, a20 = a00, a30 = a00;
        TVector b00 = a00, b10 = a00, b20 = a00, b30 = a00;
        TVector a01 = L.Load(bias + W), a11 = a01, a21 = a01, a31 = a01;
        TVector b01 = a01, b11 = a01, b21 = a01, b31 = a01;
        for (; channels > 0; channels--, x += plane - 3 * row)
            for (var tap = 0; tap < 3; tap++, x += row, weights += 6 * W)
            {
                var s = x;
                var (x0, x1, x2, x3, x4, x5) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]), L.All(s[4]), L.All(s[5]));
                var w0 = L.Load(weights);
                var w1 = L.Load(weights + W);
                a00 = L.MultiplyAdd(x0, w0, a00);
                a01 = L.MultiplyAdd(x0, w1, a01);
                a10 = L.MultiplyAdd(x1, w0, a10);
                a11 = L.MultiplyAdd(x1, w1, a11);
                a20 = L.MultiplyAdd(x2, w0, a20);
                a21 = L.MultiplyAdd(x2, w1, a21);
                a30 = L.MultiplyAdd(x3, w0, a30);
                a31 = L.MultiplyAdd(x3, w1, a31);
                w0 = L.Load(weights + 2 * W);
                w1 = L.Load(weights + 3 * W);
                a00 = L.MultiplyAdd(x1, w0, a00);
                a01 = L.MultiplyAdd(x1, w1, a01);
                a10 = L.MultiplyAdd(x2, w0, a10);
                a11 = L.MultiplyAdd(x2, w1, a11);
                a20 = L.MultiplyAdd(x3, w0, a20);
                a21 = L.MultiplyAdd(x3, w1, a21);
                a30 = L.MultiplyAdd(x4, w0, a30);
                a31 = L.MultiplyAdd(x4, w1, a31);
                w0 = L.Load(weights + 4 * W);
                w1 = L.Load(weights + 5 * W);
                a00 = L.MultiplyAdd(x2, w0, a00);
                a01 = L.MultiplyAdd(x2, w1, a01);
                a10 = L.MultiplyAdd(x3, w0, a10);
                a11 = L.MultiplyAdd(x3, w1, a11);
                a20 = L.MultiplyAdd(x4, w0, a20);
                a21 = L.MultiplyAdd(x4, w1, a21);
                a30 = L.MultiplyAdd(x5, w0, a30);
                a31 = L.MultiplyAdd(x5, w1, a31);
                s += row;
                (x0, x1, x2, x3, x4, x5) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]), L.All(s[4]), L.All(s[5]));
                w0 = L.Load(weights);
                w1 = L.Load(weights + W);
                b00 = L.MultiplyAdd(x0, w0, b00);
                b01 = L.MultiplyAdd(x0, w1, b01);
                b10 = L.MultiplyAdd(x1, w0, b10);
                b11 = L.MultiplyAdd(x1, w1, b11);
                b20 = L.MultiplyAdd(x2, w0, b20);
                b21 = L.MultiplyAdd(x2, w1, b21);
                b30 = L.MultiplyAdd(x3, w0, b30);
                b31 = L.MultiplyAdd(x3, w1, b31);
                w0 = L.Load(weights + 2 * W);
                w1 = L.Load(weights + 3 * W);
                b00 = L.MultiplyAdd(x1, w0, b00);
                b01 = L.MultiplyAdd(x1, w1, b01);
                b10 = L.MultiplyAdd(x2, w0, b10);
                b11 = L.MultiplyAdd(x2, w1, b11);
                b20 = L.MultiplyAdd(x3, w0, b20);
                b21 = L.MultiplyAdd(x3, w1, b21);
                b30 = L.MultiplyAdd(x4, w0, b30);
                b31 = L.MultiplyAdd(x4, w1, b31);
                w0 = L.Load(weights + 4 * W);
                w1 = L.Load(weights + 5 * W);
                b00 = L.MultiplyAdd(x2, w0, b00);
                b01 = L.MultiplyAdd(x2, w1, b01);
                b10 = L.MultiplyAdd(x3, w0, b10);
                b11 = L.MultiplyAdd(x3, w1, b11);
                b20 = L.MultiplyAdd(x4, w0, b20);
                b21 = L.MultiplyAdd(x4, w1, b21);
                b30 = L.MultiplyAdd(x5, w0, b30);
                b31 = L.MultiplyAdd(x5, w1, b31);
            }

        Pool(a00, a10, b00, b10, y, winners);
        Pool(a01, a11, b01, b11, y + W, winners + W);
        Pool(a20, a30, b20, b30, y + padded, winners + padded);
        Pool(a21, a31, b21, b31, y + padded + W, winners + padded + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile1x2(float* x, nint row, nint plane, float* weights, float* bias, int channels, float* y, byte* winners, nint padded)
    {
        TVector a00 = L.Load(bias), a10 = a00;
        TVector b00 = a00, b10 = a00;
        TVector a01 = L.Load(bias + W), a11 = a01;
        TVector b01 = a01, b11 = a01;
        for (; channels > 0; channels--, x += plane - 3 * row)
            for (var tap = 0; tap < 3; tap++, x += row, weights += 6 * W)
            {
                var s = x;
                var (x0, x1, x2, x3) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]));
                var w0 = L.Load(weights);
                var w1 = L.Load(weights + W);
                a00 = L.MultiplyAdd(x0, w0, a00);
                a01 = L.MultiplyAdd(x0, w1, a01);
                a10 = L.MultiplyAdd(x1, w0, a10);
                a11 = L.MultiplyAdd(x1, w1, a11);
                w0 = L.Load(weights + 2 * W);
                w1 = L.Load(weights + 3 * W);
                a00 = L.MultiplyAdd(x1, w0, a00);
                a01 = L.MultiplyAdd(x1, w1, a01);
                a10 = L.MultiplyAdd(x2, w0, a10);
                a11 = L.MultiplyAdd(x2, w1, a11);
                w0 = L.Load(weights + 4 * W);
                w1 = L.Load(weights + 5 * W);
                a00 = L.MultiplyAdd(x2, w0, a00);
                a01 = L.MultiplyAdd(x2, w1, a01);
                a10 = L.MultiplyAdd(x3, w0, a10);
                a11 = L.MultiplyAdd(x3, w1, a11);
                s += row;
                (x0, x1, x2, x3) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]));
                w0 = L.Load(weights);
                w1 = L.Load(weights + W);
                b00 = L.MultiplyAdd(x0, w0, b00);
                b01 = L.MultiplyAdd(x0, w1, b01);
                b10 = L.MultiplyAdd(x1, w0, b10);
                b11 = L.MultiplyAdd(x1, w1, b11);
                w0 = L.Load(weights + 2 * W);
                w1 = L.Load(weights + 3 * W);
                b00 = L.MultiplyAdd(x1, w0, b00);
                b01 = L.MultiplyAdd(x1, w1, b01);
                b10 = L.MultiplyAdd(x2, w0, b10);
                b11 = L.MultiplyAdd(x2, w1, b11);
                w0 = L.Load(weights + 4 * W);
                w1 = L.Load(weights + 5 * W);
                b00 = L.MultiplyAdd(x2, w0, b00);
                b01 = L.MultiplyAdd(x2, w1, b01);
                b10 = L.MultiplyAdd(x3, w0, b10);
                b11 = L.MultiplyAdd(x3, w1, b11);
            }

        Pool(a00, a10, b00, b10, y, winners);
        Pool(a01, a11, b01, b11, y + W, winners + W);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile2x1(float* x, nint row, nint plane, float* weights, float* bias, int channels, float* y, byte* winners, nint padded)
    {
        TVector a0 = L.Load(bias), a1 = a0, a2 = a0, a3 = a0;
        TVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        for (; channels > 0; channels--, x += plane - 3 * row)
            for (var tap = 0; tap < 3; tap++, x += row, weights += 3 * W)
            {
                var s = x;
                var (x0, x1, x2, x3, x4, x5) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]), L.All(s[4]), L.All(s[5]));
                var w = L.Load(weights);
                a0 = L.MultiplyAdd(x0, w, a0);
                a1 = L.MultiplyAdd(x1, w, a1);
                a2 = L.MultiplyAdd(x2, w, a2);
                a3 = L.MultiplyAdd(x3, w, a3);
                w = L.Load(weights + W);
                a0 = L.MultiplyAdd(x1, w, a0);
                a1 = L.MultiplyAdd(x2, w, a1);
                a2 = L.MultiplyAdd(x3, w, a2);
                a3 = L.MultiplyAdd(x4, w, a3);
                w = L.Load(weights + 2 * W);
                a0 = L.MultiplyAdd(x2, w, a0);
                a1 = L.MultiplyAdd(x3, w, a1);
                a2 = L.MultiplyAdd(x4, w, a2);
                a3 = L.MultiplyAdd(x5, w, a3);
                s += row;
                (x0, x1, x2, x3, x4, x5) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]), L.All(s[4]), L.All(s[5]));
                w = L.Load(weights);
                b0 = L.MultiplyAdd(x0, w, b0);
                b1 = L.MultiplyAdd(x1, w, b1);
                b2 = L.MultiplyAdd(x2, w, b2);
                b3 = L.MultiplyAdd(x3, w, b3);
                w = L.Load(weights + W);
                b0 = L.MultiplyAdd(x1, w, b0);
                b1 = L.MultiplyAdd(x2, w, b1);
                b2 = L.MultiplyAdd(x3, w, b2);
                b3 = L.MultiplyAdd(x4, w, b3);
                w = L.Load(weights + 2 * W);
                b0 = L.MultiplyAdd(x2, w, b0);
                b1 = L.MultiplyAdd(x3, w, b1);
                b2 = L.MultiplyAdd(x4, w, b2);
                b3 = L.MultiplyAdd(x5, w, b3);
            }

        Pool(a0, a1, b0, b1, y, winners);
        Pool(a2, a3, b2, b3, y + padded, winners + padded);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile1x1(float* x, nint row, nint plane, float* weights, float* bias, int channels, float* y, byte* winners, nint padded)
    {
        TVector a0 = L.Load(bias), a1 = a0;
        TVector b0 = a0, b1 = a0;
        for (; channels > 0; channels--, x += plane - 3 * row)
            for (var tap = 0; tap < 3; tap++, x += row, weights += 3 * W)
            {
                var s = x;
                var (x0, x1, x2, x3) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]));
                var w = L.Load(weights);
                a0 = L.MultiplyAdd(x0, w, a0);
                a1 = L.MultiplyAdd(x1, w, a1);
                w = L.Load(weights + W);
                a0 = L.MultiplyAdd(x1, w, a0);
                a1 = L.MultiplyAdd(x2, w, a1);
                w = L.Load(weights + 2 * W);
                a0 = L.MultiplyAdd(x2, w, a0);
                a1 = L.MultiplyAdd(x3, w, a1);
                s += row;
                (x0, x1, x2, x3) = (L.All(s[0]), L.All(s[1]), L.All(s[2]), L.All(s[3]));
                w = L.Load(weights);
                b0 = L.MultiplyAdd(x0, w, b0);
                b1 = L.MultiplyAdd(x1, w, b1);
                w = L.Load(weights + W);
                b0 = L.MultiplyAdd(x1, w, b0);
                b1 = L.MultiplyAdd(x2, w, b1);
                w = L.Load(weights + 2 * W);
                b0 = L.MultiplyAdd(x2, w, b0);
                b1 = L.MultiplyAdd(x3, w, b1);
            }

        Pool(a0, a1, b0, b1, y, winners);
    }
}
