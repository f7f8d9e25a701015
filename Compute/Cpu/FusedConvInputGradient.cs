using System.Numerics;
using System.Runtime.CompilerServices;

namespace Grid.Compute.Cpu;

/// <summary>The fused block backwards to its input: each winner adds its gradient times the kernel. A block is one image.</summary>
unsafe struct FusedConvInputGradient<L, TVector> : IBlocks where L : ILanes<TVector> where TVector : struct
{
    public FusedConvShape Shape;

    /// <summary>[image, output channel, window] in, [image, channel, height, width] out.</summary>
    public float* Gradient, X;
    public byte* Winners;

    /// <summary>See <see cref="PackWeights"/>.</summary>
    public float* Weights, Scratch;

    static bool ByPatch(FusedConvShape shape) => shape.Channels <= WindowPatches.MostChannels;

    public static int WeightFloats(FusedConvShape shape) =>
        ByPatch(shape) ? WindowPatches.PlacedFloats(shape) : shape.OutChannels * 9 * shape.PaddedChannels;

    static int AlignedFloats(FusedConvShape shape) => shape.Windows * shape.PaddedOut;

    static int PlaneFloats(FusedConvShape shape) => (shape.PaddedChannels * shape.BorderedPlane + 15) & ~15;

    public static int WorkerScratch(FusedConvShape shape) =>
        AlignedFloats(shape) + PlaneFloats(shape) + (ByPatch(shape) ? shape.Windows * WindowPatches.Size : PlaneFloats(shape));

    /// <summary>By patch: as placed. By channel: [vector of channels][output channel][tap][channel].</summary>
    public static void PackWeights(FusedConvShape shape, float* weight, float* packed)
    {
        if (ByPatch(shape))
        {
            WindowPatches.Place(shape, weight, packed);
            return;
        }

        for (var first = 0; first < shape.PaddedChannels; first += L.Count)
            for (var o = 0; o < shape.OutChannels; o++)
                for (var tap = 0; tap < 9; tap++)
                    for (var c = first; c < first + L.Count; c++)
                        *packed++ = c < shape.Channels ? weight[((nint)o * shape.Channels + c) * 9 + tap] : 0;
    }

    public readonly void Run(int worker, int block)
    {
        var aligned = Scratch + (nint)worker * WorkerScratch(Shape);
        var bordered = aligned + AlignedFloats(Shape);
        var rest = bordered + PlaneFloats(Shape);
        var winners = Winners + (nint)block * AlignedFloats(Shape);
        Cpu.Winners.Align(Shape, Gradient + (nint)block * Shape.OutputSize, winners, aligned);
        if (ByPatch(Shape))
        {
            new Span<float>(bordered, Shape.Channels * Shape.BorderedPlane).Clear();
            for (var c = 0; c < Shape.Channels; c++)
            {
                Patches(aligned, winners, Weights + (nint)c * Shape.PaddedOut * WindowPatches.Placements * WindowPatches.Size, rest);
                WindowPatches.Scatter(Shape, rest, bordered + (nint)c * Shape.BorderedPlane);
            }
        }
        else
        {
            new Span<float>(rest, Shape.PaddedChannels * Shape.BorderedPlane).Clear();
            for (var first = 0; first < Shape.PaddedChannels; first += L.Count)
                Channels(aligned, winners, Weights + (nint)first * 9 * Shape.OutChannels, rest + first);
            Transposition.Copy(rest, Shape.PaddedChannels, bordered, Shape.BorderedPlane, Shape.BorderedPlane, Shape.Channels);
        }

        Border.Remove(bordered, X + (nint)block * Shape.InputSize, Shape.Channels, Shape.Height, Shape.Width);
    }

    /// <summary>The gradient of each window's patch, [window][16]: four chains of output channels, added at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void Patches(float* gradient, byte* winners, float* placed, float* patches)
    {
        var channels = Shape.PaddedOut;
        const int Kernel = WindowPatches.Placements * WindowPatches.Size;
        for (var window = Shape.Windows; window > 0; window--, gradient += channels, winners += channels)
            for (var lane = 0; lane < WindowPatches.Size; lane += L.Count, patches += L.Count)
            {
                TVector a = L.All(0), b = a, c = a, d = a;
                var w = placed + lane;
                for (var o = 0; o < channels; o += 4, w += 4 * Kernel)
                {
                    a = L.MultiplyAdd(L.All(gradient[o]), L.Load(w + winners[o] * WindowPatches.Size), a);
                    b = L.MultiplyAdd(L.All(gradient[o + 1]), L.Load(w + Kernel + winners[o + 1] * WindowPatches.Size), b);
                    c = L.MultiplyAdd(L.All(gradient[o + 2]), L.Load(w + 2 * Kernel + winners[o + 2] * WindowPatches.Size), c);
                    d = L.MultiplyAdd(L.All(gradient[o + 3]), L.Load(w + 3 * Kernel + winners[o + 3] * WindowPatches.Size), d);
                }

                L.Store(L.Add(L.Add(a, b), L.Add(c, d)), patches);
            }
    }

    /// <summary>Adds onto a vector of channels of x [bordered pixel, padded channel], window by window, winner by winner.</summary>
    readonly void Channels(float* gradient, byte* winners, float* weights, float* x)
    {
        nint pixel = Shape.PaddedChannels, row = pixel * Shape.BorderedWidth;
        for (var i = 0; i < Shape.PooledHeight; i++)
            for (var j = 0; j < Shape.PooledWidth; j++, gradient += Shape.PaddedOut, winners += Shape.PaddedOut)
                for (var winner = 0; winner < 4; winner++)
                    Neighbourhood(gradient, winners, winner, weights, x + (2 * i + winner / 2) * row + (2 * j + winner % 2) * pixel, row, pixel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void Neighbourhood(float* gradient, byte* winners, int winner, float* weights, float* x, nint row, nint pixel)
    {
        float* y = x + row, z = y + row;
        TVector a0 = L.Load(x), a1 = L.Load(x + pixel), a2 = L.Load(x + 2 * pixel);
        TVector b0 = L.Load(y), b1 = L.Load(y + pixel), b2 = L.Load(y + 2 * pixel);
        TVector c0 = L.Load(z), c1 = L.Load(z + pixel), c2 = L.Load(z + 2 * pixel);
        for (var first = 0; first < Shape.PaddedOut; first += 64, weights += 64 * 9 * L.Count)
            for (var mask = Cpu.Winners.Mask(winners + first, winner, Math.Min(64, Shape.PaddedOut - first)); mask != 0; mask &= mask - 1)
            {
                var o = BitOperations.TrailingZeroCount(mask);
                var g = L.All(gradient[first + o]);
                var w = weights + (nint)o * 9 * L.Count;
                a0 = L.MultiplyAdd(g, L.Load(w), a0);
                a1 = L.MultiplyAdd(g, L.Load(w + L.Count), a1);
                a2 = L.MultiplyAdd(g, L.Load(w + 2 * L.Count), a2);
                b0 = L.MultiplyAdd(g, L.Load(w + 3 * L.Count), b0);
                b1 = L.MultiplyAdd(g, L.Load(w + 4 * L.Count), b1);
                b2 = L.MultiplyAdd(g, L.Load(w + 5 * L.Count), b2);
                c0 = L.MultiplyAdd(g, L.Load(w + 6 * L.Count), c0);
                c1 = L.MultiplyAdd(g, L.Load(w + 7 * L.Count), c1);
                c2 = L.MultiplyAdd(g, L.Load(w + 8 * L.Count), c2);
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
