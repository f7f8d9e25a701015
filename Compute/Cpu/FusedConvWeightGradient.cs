using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Grid.Compute.Cpu;

/// <summary>
/// The fused block backwards to its weight and bias. A block is a chunk of images, summed on its own; the sums are then added in order.
/// </summary>
unsafe struct FusedConvWeightGradient<L, TVector> : IBlocks where L : ILanes<TVector> where TVector : struct
{
    public const int Chunk = 16;

    public FusedConvShape Shape;
    public int Images;

    /// <summary>[image, output channel, window] and [image, channel, height, width].</summary>
    public float* Gradient, X;
    public byte* Winners;

    /// <summary>For each block, the weight as placed or [output channel][tap][padded channel], then the bias, padded.</summary>
    public float* Sums, Scratch;

    static bool ByPatch(FusedConvShape shape) => shape.Channels <= WindowPatches.MostChannels;

    static int WeightFloats(FusedConvShape shape) => ByPatch(shape) ? WindowPatches.PlacedFloats(shape) : shape.OutChannels * 9 * shape.PaddedChannels;

    public static int SumFloats(FusedConvShape shape) => WeightFloats(shape) + shape.PaddedOut;

    static int PlaneFloats(FusedConvShape shape) => (shape.PaddedChannels * shape.BorderedPlane + 15) & ~15;

    static int WindowFloats(FusedConvShape shape) => (shape.Windows + 15) & ~15;

    public static int WorkerScratch(FusedConvShape shape) => PlaneFloats(shape)
        + (ByPatch(shape) ? shape.Windows * (WindowPatches.Size + shape.PaddedOut) : PlaneFloats(shape) + 3 * WindowFloats(shape));

    /// <summary>From the layout of the sums to [output channel, channel, 3, 3] and [output channel].</summary>
    public static void Unpack(FusedConvShape shape, float* sum, float* weight, float* bias)
    {
        new ReadOnlySpan<float>(sum + WeightFloats(shape), shape.OutChannels).CopyTo(new(bias, shape.OutChannels));
        if (ByPatch(shape)) WindowPatches.Fold(shape, sum, weight);
        else
            for (var o = 0; o < shape.OutChannels; o++)
                Transposition.Copy(sum + (nint)o * 9 * shape.PaddedChannels, shape.PaddedChannels, weight + (nint)o * 9 * shape.Channels, 9, 9, shape.Channels);
    }

    public readonly void Run(int worker, int block)
    {
        var sum = Sums + (nint)block * SumFloats(Shape);
        new Span<float>(sum, SumFloats(Shape)).Clear();
        var scratch = Scratch + (nint)worker * WorkerScratch(Shape);
        for (var image = block * Chunk; image < Math.Min(Images, (block + 1) * Chunk); image++)
        {
            var gradient = Gradient + (nint)image * Shape.OutputSize;
            var winners = Winners + (nint)image * Shape.Windows * Shape.PaddedOut;
            Border.Add(X + (nint)image * Shape.InputSize, scratch, Shape.Channels, Shape.Height, Shape.Width);
            var bordered = scratch;
            var rest = scratch + PlaneFloats(Shape);
            if (ByPatch(Shape)) Patches(gradient, winners, bordered, rest, sum);
            else Channels(gradient, winners, bordered, rest, sum);
        }
    }

    readonly void Patches(float* gradient, byte* winners, float* bordered, float* scratch, float* sum)
    {
        var aligned = scratch + Shape.Windows * WindowPatches.Size;
        Cpu.Winners.Align(Shape, gradient, winners, aligned);
        AddBias(aligned, sum + WeightFloats(Shape));
        for (var c = 0; c < Shape.Channels; c++, sum += Shape.PaddedOut * WindowPatches.Placements * WindowPatches.Size)
        {
            WindowPatches.Gather(Shape, bordered + (nint)c * Shape.BorderedPlane, scratch);
            AddPatches(aligned, winners, scratch, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void AddBias(float* aligned, float* bias)
    {
        for (var o = 0; o < Shape.PaddedOut; o += 16)
        {
            var total = Vector512.Load(bias + o);
            for (var window = 0; window < Shape.Windows; window++) total += Vector512.Load(aligned + (nint)window * Shape.PaddedOut + o);
            total.Store(bias + o);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly void AddPatches(float* gradient, byte* winners, float* patches, float* placed)
    {
        const int Kernel = WindowPatches.Placements * WindowPatches.Size;
        for (var window = Shape.Windows; window > 0; window--, gradient += Shape.PaddedOut, winners += Shape.PaddedOut)
            for (var lane = 0; lane < WindowPatches.Size; lane += L.Count, patches += L.Count)
            {
                var patch = L.Load(patches);
                var sum = placed + lane;
                for (var o = 0; o < Shape.PaddedOut; o++, sum += Kernel)
                {
                    var at = sum + winners[o] * WindowPatches.Size;
                    L.Store(L.MultiplyAdd(L.All(gradient[o]), patch, L.Load(at)), at);
                }
            }
    }

    /// <summary>For each output channel lists the winners, then sweeps the list with the channel's kernel gradient in registers.</summary>
    readonly void Channels(float* gradient, byte* winners, float* bordered, float* scratch, float* sum)
    {
        if (Shape.Channels < Shape.PaddedChannels) new Span<float>(scratch, PlaneFloats(Shape)).Clear();
        Transposition.Copy(bordered, Shape.BorderedPlane, scratch, Shape.PaddedChannels, Shape.Channels, Shape.BorderedPlane);
        var corners = (int*)(scratch + PlaneFloats(Shape));
        var pixels = corners + WindowFloats(Shape);
        var gradients = (float*)(pixels + WindowFloats(Shape));
        for (var window = 0; window < Shape.Windows; window++)
            corners[window] = (2 * (window / Shape.PooledWidth) * Shape.BorderedWidth + 2 * (window % Shape.PooledWidth)) * Shape.PaddedChannels;
        var bias = sum + WeightFloats(Shape);
        for (var o = 0; o < Shape.OutChannels; o++, sum += 9 * Shape.PaddedChannels)
        {
            var count = List(gradient + (nint)o * Shape.Windows, winners + o, corners, pixels, gradients);
            for (var first = 0; first < Shape.PaddedChannels; first += L.Count)
            {
                var total = Sweep(count, pixels, gradients, scratch + first, sum + first);
                if (first == 0) bias[o] += total;
            }
        }
    }

    /// <summary>Pixel offsets and gradients of the windows that have a winner; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly int List(float* gradient, byte* winners, int* corners, int* pixels, float* gradients)
    {
        int right = Shape.PaddedChannels, down = Shape.BorderedWidth * right, count = 0;
        nint stride = Shape.PaddedOut;
        for (var window = 0; window < Shape.Windows; window++, winners += stride)
        {
            int winner = *winners;
            pixels[count] = corners[window] + (winner >> 1) * down + (winner & 1) * right;
            gradients[count] = gradient[window];
            count += 1 - (winner >> 2);
        }

        return count;
    }

    /// <summary>sum [tap, padded channel] += g x over the listed pixels; returns the total of g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    readonly float Sweep(int count, int* pixels, float* gradients, float* x, float* sum)
    {
        nint pixel = Shape.PaddedChannels, row = pixel * Shape.BorderedWidth;
        float* s1 = sum + 3 * pixel, s2 = s1 + 3 * pixel;
        TVector a0 = L.Load(sum), a1 = L.Load(sum + pixel), a2 = L.Load(sum + 2 * pixel);
        TVector b0 = L.Load(s1), b1 = L.Load(s1 + pixel), b2 = L.Load(s1 + 2 * pixel);
        TVector c0 = L.Load(s2), c1 = L.Load(s2 + pixel), c2 = L.Load(s2 + 2 * pixel);
        var total = 0f;
        for (var i = 0; i < count; i++)
        {
            var p = x + pixels[i];
            var g = L.All(gradients[i]);
            total += gradients[i];
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
        return total;
    }
}
