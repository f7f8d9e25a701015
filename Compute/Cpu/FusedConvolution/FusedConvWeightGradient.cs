using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>The fused block backwards to its weight and bias. A block of work is a chunk of images, summed on its own; the sums are then
/// added in order.</summary>
unsafe struct FusedConvWeightGradient<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public const int Chunk = 16;

    public FusedConvShape Shape;
    public int Images;

    /// <summary>The gradient of the output, [image, output channel, window], and the input, [image, channel, height, width].</summary>
    public float* Gradient, X;
    public byte* Winners;

    /// <summary>The sums of each block: the weight as placed or as [output channel][tap][padded channel], then the bias, padded; and
    /// scratch memory.</summary>
    public float* Sums, Scratch;

    static int WeightFloats(FusedConvShape shape) =>
        shape.ByPatch ? WindowPatches.PlacedFloats(shape) : shape.OutChannels * 9 * shape.PaddedChannels;

    public static int SumFloats(FusedConvShape shape) => WeightFloats(shape) + shape.PaddedOut;

    public static int WorkerScratch(FusedConvShape shape) => shape.Windows * shape.PaddedOut + (shape.ByPatch
        ? shape.BorderedFloats + shape.Windows * WindowPatches.Size
        : shape.ChannelsLastFloats + (2 * shape.Windows + 1) * shape.PaddedOut);

    /// <summary>Unpacks the sums to weights [output channel, channel, 3, 3] and a bias [output channel].</summary>
    public static void Unpack(FusedConvShape shape, float* sum, float* weight, float* bias)
    {
        new ReadOnlySpan<float>(sum + WeightFloats(shape), shape.OutChannels).CopyTo(new(bias, shape.OutChannels));
        if (shape.ByPatch) WindowPatches.Fold(shape, sum, weight);
        else
            for (var o = 0; o < shape.OutChannels; o++)
                Transposition.Copy(
                    sum + (nint)o * 9 * shape.PaddedChannels, shape.PaddedChannels,
                    weight + (nint)o * 9 * shape.Channels, 9, 9, shape.Channels);
    }

    public readonly void Run(int worker, int block)
    {
        var sum = Sums + (nint)block * SumFloats(Shape);
        new Span<float>(sum, SumFloats(Shape)).Clear();
        var aligned = Scratch + (nint)worker * WorkerScratch(Shape);
        var rest = aligned + Shape.Windows * Shape.PaddedOut;
        if (!Shape.ByPatch) new Span<float>(rest, Shape.ChannelsLastFloats).Clear();
        for (var image = block * Chunk; image < Math.Min(Images, (block + 1) * Chunk); image++)
        {
            var winners = Winners + (nint)image * Shape.Windows * Shape.PaddedOut;
            var x = X + (nint)image * Shape.InputSize;
            PoolingArgMax.Align(Shape, Gradient + (nint)image * Shape.OutputSize, winners, aligned);
            AddBias(aligned, sum + WeightFloats(Shape));
            if (Shape.ByPatch) ByPatch(aligned, winners, x, rest, sum);
            else ByChannel(aligned, winners, x, rest, sum);
        }
    }

    readonly void ByPatch(float* aligned, byte* winners, float* x, float* bordered, float* sum)
    {
        var patches = bordered + Shape.BorderedFloats;
        Border.Add(x, bordered, Shape.Channels, Shape.Height, Shape.Width);
        for (var c = 0; c < Shape.Channels; c++, sum += Shape.PaddedOut * WindowPatches.Placements * WindowPatches.Size)
        {
            WindowPatches.Gather(Shape, bordered + (nint)c * Shape.BorderedPlane, patches);
            AddPatches(aligned, winners, patches, sum);
        }
    }

    /// <summary>Adds up the kernel gradients by channel: the image has channels last, with its border zero already, and each output channel
    /// sweeps it with its kernel gradient in registers.</summary>
    readonly void ByChannel(float* aligned, byte* winners, float* x, float* bordered, float* sum)
    {
        nint pixel = Shape.PaddedChannels, plane = (nint)Shape.Height * Shape.Width;
        for (var row = 0; row < Shape.Height; row++)
            Transposition.Copy(
                x + row * Shape.Width, plane, bordered + ((row + 1) * Shape.BorderedWidth + 1) * pixel, pixel, Shape.Channels, Shape.Width);
        var gradients = bordered + Shape.ChannelsLastFloats;
        var positions = (int*)(gradients + Shape.Windows * Shape.PaddedOut);
        var counts = positions + Shape.Windows * Shape.PaddedOut;
        ListWinners(aligned, winners, counts, positions, gradients);
        for (var o = 0; o < Shape.OutChannels; o++, sum += 9 * pixel, positions += Shape.Windows, gradients += Shape.Windows)
            for (var first = 0; first < Shape.PaddedChannels; first += L.Count)
                Sweep(positions, gradients, counts[o], bordered + first, sum + first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void AddBias(float* aligned, float* bias)
    {
        var (windows, padded) = (Shape.Windows, Shape.PaddedOut);
        for (var o = 0; o < padded; o += 16)
        {
            var total = Vector512.Load(bias + o);
            var next = aligned + o;
            for (var window = windows; window > 0; window--, next += padded) total += Vector512.Load(next);
            total.Store(bias + o);
        }
    }

    /// <summary>Adds up the kernel gradients by patch. Blank patches are passed over: they add 0, and a gradient that is not a number shows
    /// in the bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void AddPatches(float* gradient, byte* winners, float* patches, float* placed)
    {
        const int Kernel = WindowPatches.Placements * WindowPatches.Size;
        var padded = Shape.PaddedOut;
        for (var window = Shape.Windows; window > 0; window--, gradient += padded, winners += padded)
            for (var lane = 0; lane < WindowPatches.Size; lane += L.Count, patches += L.Count)
            {
                var patch = L.Load(patches);
                if (L.AllZero(patch)) continue;
                var sum = placed + lane;
                for (var o = 0; o < padded; o++, sum += Kernel)
                {
                    var at = sum + winners[o] * WindowPatches.Size;
                    L.Store(L.MultiplyAdd(L.All(gradient[o]), patch, L.Load(at)), at);
                }
            }
    }

    /// <summary>Lists the windows that each output channel won, in order: how far into the image the winner lies, and its gradient; and
    /// counts them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void ListWinners(float* gradient, byte* winners, int* counts, int* positions, float* gradients)
    {
        int pixel = Shape.PaddedChannels, row = pixel * Shape.BorderedWidth, windows = Shape.Windows;
        var offsets = stackalloc int[] { 0, pixel, row, row + pixel };
        new Span<int>(counts, Shape.PaddedOut).Clear();
        for (var i = 0; i < Shape.PooledHeight; i++)
            for (int j = 0,
                corner = 2 * i * row; j < Shape.PooledWidth; j++, corner +=
                    2 * pixel, gradient += Shape.PaddedOut, winners += Shape.PaddedOut)
                for (var first = 0; first < Shape.PaddedOut; first += 16)
                    for (var mask = PoolingArgMax.Alive(winners + first); mask != 0; mask &= mask - 1)
                    {
                        var o = first + BitOperations.TrailingZeroCount(mask);
                        var at = o * windows + counts[o]++;
                        positions[at] = corner + offsets[winners[o]];
                        gradients[at] = gradient[o];
                    }
    }

    /// <summary>Adds g x to sum [tap, padded channel] at each winner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void Sweep(int* positions, float* gradients, int count, float* x, float* sum)
    {
        nint pixel = Shape.PaddedChannels, row = pixel * Shape.BorderedWidth;
        float* s1 = sum + 3 * pixel, s2 = s1 + 3 * pixel;
        TVector a0 = L.Load(sum), a1 = L.Load(sum + pixel), a2 = L.Load(sum + 2 * pixel);
        TVector b0 = L.Load(s1), b1 = L.Load(s1 + pixel), b2 = L.Load(s1 + 2 * pixel);
        TVector c0 = L.Load(s2), c1 = L.Load(s2 + pixel), c2 = L.Load(s2 + 2 * pixel);
        for (; count > 0; count--, positions++, gradients++)
        {
            var p = x + *positions;
            var g = L.All(*gradients);
            a0 = L.MultiplyAdd(g, L.Load(p), a0);
            a1 = L.MultiplyAdd(g, L.Load(p + pixel), a1);
            a2 = L.MultiplyAdd(g, L.Load(p + 2 * pixel), a2);
            p += row;
            b0 = L.MultiplyAdd(g, L.Load(p), b0);
            b1 = L.MultiplyAdd(g, L.Load(p + pixel), b1);
            b2 = L.MultiplyAdd(g, L.Load(p + 2 * pixel), b2);
            p += row;
            c0 = L.MultiplyAdd(g, L.Load(p), c0);
            c1 = L.MultiplyAdd(g, L.Load(p + pixel), c1);
            c2 = L.MultiplyAdd(g, L.Load(p + 2 * pixel), c2);
        }

        L.Store(a0, sum);
        L.Store(a1, sum + pixel);
        L.Store(a2, sum + 2 * pixel);
        L.Store(b0, s1);
        L.Store(b1, s1 + pixel);
        L.Store(b2, s1 + 2 * pixel);
        L.Store(c0, s2);
        L.Store(c1, s2 + pixel);
        L.Store(c2, s2 + 2 * pixel);
    }
}
