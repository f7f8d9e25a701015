using System.Runtime.CompilerServices;
using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>
/// The gradient by the weight: for each tap the sum over all places of the pixel that it sees, times the gradients there of a few output
/// channels. A block is a chunk of images, summed on its own; the sums are then added in order.
/// </summary>
unsafe struct ConvolutionWeightGradient<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public const int Chunk = 16;

    // Taps of the larger tile.
    const int MostTaps = 8;

    public ConvShape Shape;
    public int Images;
    public float* X, Gradient, Sums, Scratch;

    /// <summary>Where in the frame each tap's pixel of the first place lies, for <see cref="PaddedTaps"/>.</summary>
    public int* Taps;

    public static int PaddedTaps(ConvShape shape) => (shape.Taps + MostTaps - 1) / MostTaps * MostTaps;

    static int PaddedOut(ConvShape shape) => (shape.GroupOutChannels + L.Count - 1) / L.Count * L.Count;

    public static int WorkerScratch(ConvShape shape) =>
        shape.Seen.Floats + PaddedOut(shape) * shape.BandHeight * shape.OutWidth + PooledBuffer.Slack;

    /// <summary>Sums are [group, tap, output channel], with room for whole tiles.</summary>
    public static int SumFloats(ConvShape shape) => shape.Groups * PaddedTaps(shape) * PaddedOut(shape);

    public static void Unpack(ConvShape shape, float* sums, float* weight)
    {
        for (var group = 0; group < shape.Groups; group++)
            Transposition.Copy(
                sums + (nint)group * PaddedTaps(shape) * PaddedOut(shape), PaddedOut(shape),
                weight + (nint)group * shape.GroupOutChannels * shape.Taps, shape.Taps, shape.Taps, shape.GroupOutChannels);
    }

    public readonly void Run(int worker, int block)
    {
        var (frame, window, plane) = (Shape.Seen, Shape.Window, Shape.OutHeight * Shape.OutWidth);
        var seen = Scratch + (nint)worker * WorkerScratch(Shape);
        var gradients = seen + frame.Floats;
        var sums = Sums + (nint)block * SumFloats(Shape);
        new Span<float>(sums, SumFloats(Shape)).Clear();
        for (var image = block * Chunk; image < Math.Min(Images, (block + 1) * Chunk); image++)
            for (var group = 0; group < Shape.Groups; group++)
                for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
                {
                    var rows = Math.Min(Shape.BandHeight, Shape.OutHeight - row);
                    frame.Fill(
                        X + (nint)image * Shape.InputSize + group * (Shape.InputSize / Shape.Groups), Shape.Height * Shape.Width,
                        Shape.Width, row * window.DownStride - window.Top, -window.Left, 0, Shape.Height, seen);
                    Transposition.Copy(
                        Gradient + (nint)image * Shape.OutputSize + group * (Shape.OutputSize / Shape.Groups) + row * Shape.OutWidth,
                        plane, gradients, PaddedOut(Shape), Shape.GroupOutChannels, rows * Shape.OutWidth);
                    Add(
                        rows, seen, gradients, sums + (nint)group * PaddedTaps(Shape) * PaddedOut(Shape),
                        X + (nint)(image + 1) * Shape.InputSize, Gradient + (nint)(image + 1) * Shape.OutputSize);
                }
    }

    /// <summary>Two vectors of output channels at a time, and a last one by itself.</summary>
    readonly void Add(int rows, float* seen, float* gradients, float* sums, float* nextX, float* nextGradient)
    {
        // The next image comes a little with each tile of taps, while the first channels are worked on.
        var (shareX, shareGradient) = (Shape.InputSize / Shape.Groups / Shape.Taps, Shape.OutputSize / Shape.Groups / Shape.Taps);
        var outputs = PaddedOut(Shape);
        var step = Shape.Window.DownStride * Shape.Seen.RowFloats;
        var output = 0;
        for (; output + 2 * L.Count <= outputs; output += 2 * L.Count)
            for (var tap = 0; tap < Shape.Taps; tap += 4)
            {
                if (output == 0)
                {
                    Frame.Fetch(nextX + tap * shareX, 4 * shareX);
                    Frame.Fetch(nextGradient + tap * shareGradient, 4 * shareGradient);
                }

                Tile4x2(seen, Taps + tap, rows, step, Shape.OutWidth, gradients + output, outputs, sums + (nint)tap * outputs + output);
            }

        if (output == outputs) return;
        for (var tap = 0; tap < Shape.Taps; tap += MostTaps)
        {
            if (output == 0)
            {
                Frame.Fetch(nextX + tap * shareX, MostTaps * shareX);
                Frame.Fetch(nextGradient + tap * shareGradient, MostTaps * shareGradient);
            }

            Tile8x1(seen, Taps + tap, rows, step, Shape.OutWidth, gradients + output, outputs, sums + (nint)tap * outputs + output);
        }
    }

    /// <param name="stride">Output channels: from one place's gradients to the next's, and from one tap's sums to the next's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile8x1(float* seen, int* taps, int rows, nint step, nint across, float* gradients, nint stride, float* sums)
    {
        float* p0 = seen + taps[0], p1 = seen + taps[1], p2 = seen + taps[2], p3 = seen + taps[3],
            p4 = seen + taps[4], p5 = seen + taps[5], p6 = seen + taps[6], p7 = seen + taps[7];
        var (s0, s1, s2, s3) = (L.Load(sums), L.Load(sums + stride), L.Load(sums + 2 * stride), L.Load(sums + 3 * stride));
        var (s4, s5, s6, s7) =
            (L.Load(sums + 4 * stride), L.Load(sums + 5 * stride), L.Load(sums + 6 * stride), L.Load(sums + 7 * stride));
        for (; rows > 0; rows--)
        {
            for (nint i = 0; i < across; i++, gradients += stride)
            {
                var g = L.Load(gradients);
                s0 = L.MultiplyAdd(L.All(p0[i]), g, s0);
                s1 = L.MultiplyAdd(L.All(p1[i]), g, s1);
                s2 = L.MultiplyAdd(L.All(p2[i]), g, s2);
                s3 = L.MultiplyAdd(L.All(p3[i]), g, s3);
                s4 = L.MultiplyAdd(L.All(p4[i]), g, s4);
                s5 = L.MultiplyAdd(L.All(p5[i]), g, s5);
                s6 = L.MultiplyAdd(L.All(p6[i]), g, s6);
                s7 = L.MultiplyAdd(L.All(p7[i]), g, s7);
            }

            p0 += step;
            p1 += step;
            p2 += step;
            p3 += step;
            p4 += step;
            p5 += step;
            p6 += step;
            p7 += step;
        }

        L.Store(s0, sums);
        L.Store(s1, sums + stride);
        L.Store(s2, sums + 2 * stride);
        L.Store(s3, sums + 3 * stride);
        L.Store(s4, sums + 4 * stride);
        L.Store(s5, sums + 5 * stride);
        L.Store(s6, sums + 6 * stride);
        L.Store(s7, sums + 7 * stride);
    }

    /// <inheritdoc cref="Tile8x1"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile4x2(float* seen, int* taps, int rows, nint step, nint across, float* gradients, nint stride, float* sums)
    {
        float* p0 = seen + taps[0], p1 = seen + taps[1], p2 = seen + taps[2], p3 = seen + taps[3];
        float* t1 = sums + stride, t2 = sums + 2 * stride, t3 = sums + 3 * stride;
        var (s0, s1, s2, s3) = (L.Load(sums), L.Load(t1), L.Load(t2), L.Load(t3));
        var (r0, r1, r2, r3) = (L.Load(sums + L.Count), L.Load(t1 + L.Count), L.Load(t2 + L.Count), L.Load(t3 + L.Count));
        for (; rows > 0; rows--)
        {
            for (nint i = 0; i < across; i++, gradients += stride)
            {
                var (g, h) = (L.Load(gradients), L.Load(gradients + L.Count));
                var x = L.All(p0[i]);
                s0 = L.MultiplyAdd(x, g, s0);
                r0 = L.MultiplyAdd(x, h, r0);
                x = L.All(p1[i]);
                s1 = L.MultiplyAdd(x, g, s1);
                r1 = L.MultiplyAdd(x, h, r1);
                x = L.All(p2[i]);
                s2 = L.MultiplyAdd(x, g, s2);
                r2 = L.MultiplyAdd(x, h, r2);
                x = L.All(p3[i]);
                s3 = L.MultiplyAdd(x, g, s3);
                r3 = L.MultiplyAdd(x, h, r3);
            }

            p0 += step;
            p1 += step;
            p2 += step;
            p3 += step;
        }

        L.Store(s0, sums);
        L.Store(r0, sums + L.Count);
        L.Store(s1, t1);
        L.Store(r1, t1 + L.Count);
        L.Store(s2, t2);
        L.Store(r2, t2 + L.Count);
        L.Store(s3, t3);
        L.Store(r3, t3 + L.Count);
    }
}
