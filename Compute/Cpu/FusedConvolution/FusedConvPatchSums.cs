using System.Numerics;
using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>The fused block backwards to a vector of input channels. For each window and each of its four winners, the output channels it
/// won are visited, and their kernels added onto the 4x4 patch of pixels, which stays in registers where there are enough.</summary>
static unsafe class FusedConvPatchSums<L, TVector> where L : IFloatLanes<TVector> where TVector : struct
{
    static int W
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => L.Count;
    }

    /// <summary>Adds up patches: gradient and winners are [window, padded output channel], weights [output channel, tap, vector], x
    /// [bordered pixel, padded channel]. Each pixel adds windows, winners and output channels in order.</summary>
    public static void Add(FusedConvShape shape, float* gradient, byte* winners, float* weights, float* x)
    {
        nint pixel = shape.PaddedChannels, row = pixel * shape.BorderedWidth;
        for (var i = 0; i < shape.PooledHeight; i++)
            for (var j = 0; j < shape.PooledWidth; j++, gradient += shape.PaddedOut, winners += shape.PaddedOut)
            {
                var corner = x + 2 * i * row + 2 * j * pixel;
                for (var first = 0; first < shape.PaddedOut; first += 64)
                {
                    var count = Math.Min(64, shape.PaddedOut - first);
                    float* g = gradient + first, w = weights + (nint)first * 9 * W;
                    if (L.ManyRegisters) Patch(count, g, winners + first, w, corner, row, pixel);
                    else
                        for (var winner = 0; winner < 4; winner++)
                            Neighbourhood(count, g, winners + first, winner, w, corner + winner / 2 * row + winner % 2 * pixel, row, pixel);
                }
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Patch(int count, float* gradient, byte* winners, float* weights, float* p, nint row, nint pixel)
    {
        float* q = p + row, s = q + row, t = s + row;
        TVector a0 = L.Load(p), a1 = L.Load(p + pixel), a2 = L.Load(p + 2 * pixel), a3 = L.Load(p + 3 * pixel);
        TVector b0 = L.Load(q), b1 = L.Load(q + pixel), b2 = L.Load(q + 2 * pixel), b3 = L.Load(q + 3 * pixel);
        TVector c0 = L.Load(s), c1 = L.Load(s + pixel), c2 = L.Load(s + 2 * pixel), c3 = L.Load(s + 3 * pixel);
        TVector d0 = L.Load(t), d1 = L.Load(t + pixel), d2 = L.Load(t + 2 * pixel), d3 = L.Load(t + 3 * pixel);
        for (var mask = PoolingArgMax.Mask(winners, 0, count); mask != 0; mask &= mask - 1)
        {
            var g = L.All(gradient[BitOperations.TrailingZeroCount(mask)]);
            var w = weights + (nint)BitOperations.TrailingZeroCount(mask) * 9 * W;
            a0 = L.MultiplyAdd(g, L.Load(w), a0);
            a1 = L.MultiplyAdd(g, L.Load(w + W), a1);
            a2 = L.MultiplyAdd(g, L.Load(w + 2 * W), a2);
            b0 = L.MultiplyAdd(g, L.Load(w + 3 * W), b0);
            b1 = L.MultiplyAdd(g, L.Load(w + 4 * W), b1);
            b2 = L.MultiplyAdd(g, L.Load(w + 5 * W), b2);
            c0 = L.MultiplyAdd(g, L.Load(w + 6 * W), c0);
            c1 = L.MultiplyAdd(g, L.Load(w + 7 * W), c1);
            c2 = L.MultiplyAdd(g, L.Load(w + 8 * W), c2);
        }

        for (var mask = PoolingArgMax.Mask(winners, 1, count); mask != 0; mask &= mask - 1)
        {
            var g = L.All(gradient[BitOperations.TrailingZeroCount(mask)]);
            var w = weights + (nint)BitOperations.TrailingZeroCount(mask) * 9 * W;
            a1 = L.MultiplyAdd(g, L.Load(w), a1);
            a2 = L.MultiplyAdd(g, L.Load(w + W), a2);
            a3 = L.MultiplyAdd(g, L.Load(w + 2 * W), a3);
            b1 = L.MultiplyAdd(g, L.Load(w + 3 * W), b1);
            b2 = L.MultiplyAdd(g, L.Load(w + 4 * W), b2);
            b3 = L.MultiplyAdd(g, L.Load(w + 5 * W), b3);
            c1 = L.MultiplyAdd(g, L.Load(w + 6 * W), c1);
            c2 = L.MultiplyAdd(g, L.Load(w + 7 * W), c2);
            c3 = L.MultiplyAdd(g, L.Load(w + 8 * W), c3);
        }

        for (var mask = PoolingArgMax.Mask(winners, 2, count); mask != 0; mask &= mask - 1)
        {
            var g = L.All(gradient[BitOperations.TrailingZeroCount(mask)]);
            var w = weights + (nint)BitOperations.TrailingZeroCount(mask) * 9 * W;
            b0 = L.MultiplyAdd(g, L.Load(w), b0);
            b1 = L.MultiplyAdd(g, L.Load(w + W), b1);
            b2 = L.MultiplyAdd(g, L.Load(w + 2 * W), b2);
            c0 = L.MultiplyAdd(g, L.Load(w + 3 * W), c0);
            c1 = L.MultiplyAdd(g, L.Load(w + 4 * W), c1);
            c2 = L.MultiplyAdd(g, L.Load(w + 5 * W), c2);
            d0 = L.MultiplyAdd(g, L.Load(w + 6 * W), d0);
            d1 = L.MultiplyAdd(g, L.Load(w + 7 * W), d1);
            d2 = L.MultiplyAdd(g, L.Load(w + 8 * W), d2);
        }

        for (var mask = PoolingArgMax.Mask(winners, 3, count); mask != 0; mask &= mask - 1)
        {
            var g = L.All(gradient[BitOperations.TrailingZeroCount(mask)]);
            var w = weights + (nint)BitOperations.TrailingZeroCount(mask) * 9 * W;
            b1 = L.MultiplyAdd(g, L.Load(w), b1);
            b2 = L.MultiplyAdd(g, L.Load(w + W), b2);
            b3 = L.MultiplyAdd(g, L.Load(w + 2 * W), b3);
            c1 = L.MultiplyAdd(g, L.Load(w + 3 * W), c1);
            c2 = L.MultiplyAdd(g, L.Load(w + 4 * W), c2);
            c3 = L.MultiplyAdd(g, L.Load(w + 5 * W), c3);
            d1 = L.MultiplyAdd(g, L.Load(w + 6 * W), d1);
            d2 = L.MultiplyAdd(g, L.Load(w + 7 * W), d2);
            d3 = L.MultiplyAdd(g, L.Load(w + 8 * W), d3);
        }

        L.Store(a0, p);
        L.Store(a1, p + pixel);
        L.Store(a2, p + 2 * pixel);
        L.Store(a3, p + 3 * pixel);
        L.Store(b0, q);
        L.Store(b1, q + pixel);
        L.Store(b2, q + 2 * pixel);
        L.Store(b3, q + 3 * pixel);
        L.Store(c0, s);
        L.Store(c1, s + pixel);
        L.Store(c2, s + 2 * pixel);
        L.Store(c3, s + 3 * pixel);
        L.Store(d0, t);
        L.Store(d1, t + pixel);
        L.Store(d2, t + 2 * pixel);
        L.Store(d3, t + 3 * pixel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Neighbourhood(int count, float* gradient, byte* winners, int winner, float* weights, float* x, nint row, nint pixel)
    {
        float* y = x + row, z = y + row;
        TVector a0 = L.Load(x), a1 = L.Load(x + pixel), a2 = L.Load(x + 2 * pixel);
        TVector b0 = L.Load(y), b1 = L.Load(y + pixel), b2 = L.Load(y + 2 * pixel);
        TVector c0 = L.Load(z), c1 = L.Load(z + pixel), c2 = L.Load(z + 2 * pixel);
        for (var mask = PoolingArgMax.Mask(winners, winner, count); mask != 0; mask &= mask - 1)
        {
            var w = weights + (nint)BitOperations.TrailingZeroCount(mask) * 9 * W;
            var g = L.All(gradient[BitOperations.TrailingZeroCount(mask)]);
            a0 = L.MultiplyAdd(g, L.Load(w), a0);
            a1 = L.MultiplyAdd(g, L.Load(w + W), a1);
            a2 = L.MultiplyAdd(g, L.Load(w + 2 * W), a2);
            b0 = L.MultiplyAdd(g, L.Load(w + 3 * W), b0);
            b1 = L.MultiplyAdd(g, L.Load(w + 4 * W), b1);
            b2 = L.MultiplyAdd(g, L.Load(w + 5 * W), b2);
            c0 = L.MultiplyAdd(g, L.Load(w + 6 * W), c0);
            c1 = L.MultiplyAdd(g, L.Load(w + 7 * W), c1);
            c2 = L.MultiplyAdd(g, L.Load(w + 8 * W), c2);
        }

        L.Store(a0, x);
        L.Store(a1, x + pixel);
        L.Store(a2, x + 2 * pixel);
        L.Store(b0, y);
        L.Store(b1, y + pixel);
        L.Store(b2, y + 2 * pixel);
        L.Store(c0, z);
        L.Store(c1, z + pixel);
        L.Store(c2, z + 2 * pixel);
    }
}
