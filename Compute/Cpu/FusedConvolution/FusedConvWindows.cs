using System.Runtime.Intrinsics;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>The fused block on a window of each output: what these outputs see is copied out as an image of its own. Sums have the order of
/// the whole block, whatever tile computes them, and so its bits. A block of work is one image.</summary>
unsafe struct FusedConvWindows<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    /// <summary>The whole block; its output is overwritten where a window is, and nothing else is.</summary>
    public FusedConvForward<L, TVector> Whole;

    /// <summary>For each image the window of its output.</summary>
    public PixelWindow[] Windows;

    /// <summary>The number of floats of scratch memory for each worker: the image, the outputs, and their winners, which nobody asks
    /// for.</summary>
    public static int WorkerScratch(FusedConvShape shape) =>
        FusedConvForward<L, TVector>.WorkerScratch(shape) + shape.Windows * shape.PaddedOut / sizeof(float);

    public readonly void Run(int worker, int block)
    {
        var (shape, window) = (Whole.Shape, Windows[block]);
        if (window.IsEmpty) return;
        var (down, across) = (window.Bottom - window.Top, window.Right - window.Left);
        var seen = Whole.Scratch + (nint)worker * WorkerScratch(shape);
        var pooled = seen + shape.BorderedFloats;
        var winners = (byte*)(pooled + shape.Windows * shape.PaddedOut);
        nint width = 2 * across + 2, plane = width * (2 * down + 2);
        CopySeen(shape, Whole.X + (nint)block * shape.InputSize, window, seen);
        var weights = Whole.Weights;
        for (var first = 0; first < shape.PaddedOut; first += 2 * L.Count)
        {
            var channels = FusedConvForward<L, TVector>.BlockWidth(shape, first);
            for (var row = 0; row < down; row++)
            {
                nint at = (nint)row * across * shape.PaddedOut + first;
                FusedConvTile<L, TVector>.Row(channels / L.Count, seen + 2 * row * width, width, plane, weights, Whole.Bias + first,
                    shape.Channels, pooled + at, winners + at, shape.PaddedOut, across, Whole.SkipBlank);
            }

            weights += (nint)channels * shape.Channels * 9;
        }

        var y = Whole.Y + (nint)block * shape.OutputSize + window.Top * shape.PooledWidth + window.Left;
        for (var row = 0; row < down; row++, y += shape.PooledWidth)
            for (var column = 0; column < across; column++, pooled += shape.PaddedOut)
                for (nint o = 0; o < shape.OutChannels; o++) y[o * shape.Windows + column] = pooled[o];
    }

    /// <summary>Copies the pixels that a window's outputs see, with zeros beyond the image. Rows are copied in whole vectors, whose surplus
    /// the next row overwrites; the last reaches up to a vector behind the copy.</summary>
    static void CopySeen(FusedConvShape shape, float* image, PixelWindow window, float* seen)
    {
        var (top, left, width) = (2 * window.Top - 1, 2 * window.Left - 1, 2 * (window.Right - window.Left) + 2);
        var (before, bottom) = (left < 0 ? 1 : 0, 2 * window.Bottom + 1);
        var inside = Math.Min(left + width, shape.Width) - left;
        for (var c = 0; c < shape.Channels; c++, image += shape.Height * shape.Width)
            for (var y = top; y < bottom; y++, seen += width)
            {
                if (y < 0 || y >= shape.Height)
                {
                    for (var i = 0; i < width; i += 16) Vector512<float>.Zero.Store(seen + i);
                    continue;
                }

                var row = image + y * shape.Width + left;
                for (var i = before; i < inside; i += 16) Vector512.Load(row + i).Store(seen + i);
                if (before == 1) seen[0] = 0;
                for (var i = inside; i < width; i++) seen[i] = 0;
            }
    }
}
