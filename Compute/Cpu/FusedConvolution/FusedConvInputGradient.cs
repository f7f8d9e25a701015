using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>The fused block backwards to its input: each winner adds its gradient times the kernel. A block of work is one image.</summary>
unsafe struct FusedConvInputGradient<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public FusedConvShape Shape;

    /// <summary>The gradient of the output, [image, output channel, window], and that of the input, [image, channel, height,
    /// width].</summary>
    public float* Gradient, X;
    public byte* Winners;

    /// <summary>The packed weights, see <see cref="PackWeights"/>, and scratch memory.</summary>
    public float* Weights, Scratch;

    public static int WeightFloats(FusedConvShape shape) =>
        shape.ByPatch ? WindowPatches.PlacedFloats(shape) : shape.OutChannels * 9 * shape.PaddedChannels;

    static int AlignedFloats(FusedConvShape shape) => shape.Windows * shape.PaddedOut;

    public static int WorkerScratch(FusedConvShape shape) => AlignedFloats(shape)
        + (shape.ByPatch ? shape.BorderedFloats + shape.Windows * WindowPatches.Size : shape.ChannelsLastFloats);

    /// <summary>Packs weights: by patch as they are placed, and by channel as [vector of channels][output channel][tap][channel].</summary>
    public static void PackWeights(FusedConvShape shape, float* weight, float* packed)
    {
        if (shape.ByPatch)
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
        var rest = aligned + AlignedFloats(Shape);
        var winners = Winners + (nint)block * AlignedFloats(Shape);
        var x = X + (nint)block * Shape.InputSize;
        PoolingArgMax.Align(Shape, Gradient + (nint)block * Shape.OutputSize, winners, aligned);
        if (Shape.ByPatch) ByPatch(aligned, winners, rest, x);
        else ByChannel(aligned, winners, rest, x);
    }

    readonly void ByPatch(float* aligned, byte* winners, float* bordered, float* x)
    {
        var patches = bordered + Shape.BorderedFloats;
        new Span<float>(bordered, Shape.Channels * Shape.BorderedPlane).Clear();
        for (var c = 0; c < Shape.Channels; c++)
        {
            Patches(aligned, winners, Weights + (nint)c * Shape.PaddedOut * WindowPatches.Placements * WindowPatches.Size, patches);
            WindowPatches.Scatter(Shape, patches, bordered + (nint)c * Shape.BorderedPlane);
        }

        Border.Remove(bordered, x, Shape.Channels, Shape.Height, Shape.Width);
    }

    readonly void ByChannel(float* aligned, byte* winners, float* sums, float* x)
    {
        new Span<float>(sums, Shape.ChannelsLastFloats).Clear();
        for (var first = 0; first < Shape.PaddedChannels; first += L.Count)
            FusedConvPatchSums<L, TVector>.Add(Shape, aligned, winners, Weights + (nint)first * 9 * Shape.OutChannels, sums + first);
        nint pixel = Shape.PaddedChannels, plane = (nint)Shape.Height * Shape.Width;
        for (var row = 0; row < Shape.Height; row++)
            Transposition.Copy(
                sums + ((row + 1) * Shape.BorderedWidth + 1) * pixel, pixel, x + row * Shape.Width, plane, Shape.Width, Shape.Channels);
    }

    /// <summary>Computes the gradient of each window's patch, [window][16]: four chains of output channels, added at the end.</summary>
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
}
