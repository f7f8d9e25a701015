using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>
/// A 2x2 window of 3x3 neighbourhoods sees a 4x4 patch: with few input channels its 16 pixels make the vector, and a kernel placed at one
/// of the four winners is a row of 16 weights, most of them 0.
/// </summary>
static unsafe class WindowPatches
{
    public const int Size = 16;

    /// <summary>The number of placements: four, and one of nothing for windows without a winner.</summary>
    public const int Placements = 5;

    /// <summary>The most input channels for which patches are taken; above it, vectors of channels do less work.</summary>
    public const int MostChannels = 8;

    /// <summary>Places kernels: [channel][output channel, padded][placement][16] from [output channel][channel][9].</summary>
    public static void Place(FusedConvShape shape, float* weight, float* placed)
    {
        new Span<float>(placed, PlacedFloats(shape)).Clear();
        for (var c = 0; c < shape.Channels; c++)
            for (var o = 0; o < shape.OutChannels; o++)
                for (var i = 0; i < 36; i++)
                    placed[Index(shape, c, o, i)] = weight[((nint)o * shape.Channels + c) * 9 + i % 9];
    }

    /// <summary>Adds up, for each weight, its four placements: the adjoint of <see cref="Place"/>.</summary>
    public static void Fold(FusedConvShape shape, float* placed, float* weight)
    {
        for (var c = 0; c < shape.Channels; c++)
            for (var o = 0; o < shape.OutChannels; o++)
                for (var tap = 0; tap < 9; tap++)
                    weight[((nint)o * shape.Channels + c) * 9 + tap] =
                        placed[Index(shape, c, o, tap)] + placed[Index(shape, c, o, tap + 9)]
                        + (placed[Index(shape, c, o, tap + 18)] + placed[Index(shape, c, o, tap + 27)]);
    }

    public static int PlacedFloats(FusedConvShape shape) => shape.Channels * shape.PaddedOut * Placements * Size;

    static nint Index(FusedConvShape shape, int c, int o, int placementAndTap)
    {
        var (placement, tap) = (placementAndTap / 9, placementAndTap % 9);
        var pixel = (placement / 2 + tap / 3) * 4 + placement % 2 + tap % 3;
        return (((nint)c * shape.PaddedOut + o) * Placements + placement) * Size + pixel;
    }

    /// <summary>Writes the patches [window][16] of one bordered plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(FusedConvShape shape, float* plane, float* patches)
    {
        nint stride = shape.BorderedWidth;
        for (var row = 0; row < shape.PooledHeight; row++)
        {
            var p = plane + 2 * row * stride;
            for (var column = 0; column < shape.PooledWidth; column++, p += 2, patches += Size)
            {
                Vector128.Load(p).Store(patches);
                Vector128.Load(p + stride).Store(patches + 4);
                Vector128.Load(p + 2 * stride).Store(patches + 8);
                Vector128.Load(p + 3 * stride).Store(patches + 12);
            }
        }
    }

    /// <summary>Adds the patches onto a bordered plane: the adjoint of <see cref="Gather"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter(FusedConvShape shape, float* patches, float* plane)
    {
        nint stride = shape.BorderedWidth;
        for (var row = 0; row < shape.PooledHeight; row++)
            // Every second window, then the others: neighbours overlap, and would wait for each other's stores.
            for (var first = 0; first < 2; first++)
                for (var column = first; column < shape.PooledWidth; column += 2)
                {
                    var p = plane + 2 * row * stride + 2 * column;
                    var patch = patches + ((nint)row * shape.PooledWidth + column) * Size;
                    (Vector128.Load(p) + Vector128.Load(patch)).Store(p);
                    (Vector128.Load(p + stride) + Vector128.Load(patch + 4)).Store(p + stride);
                    (Vector128.Load(p + 2 * stride) + Vector128.Load(patch + 8)).Store(p + 2 * stride);
                    (Vector128.Load(p + 3 * stride) + Vector128.Load(patch + 12)).Store(p + 3 * stride);
                }
    }
}
