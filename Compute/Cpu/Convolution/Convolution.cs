using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>
/// Any kernel, stride, padding, dilation and groups, as a product of weights [channel, tap] with pixels [tap, place], which are read where
/// they lie in the image's frame. A block is one image.
/// </summary>
unsafe struct Convolution<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public ConvShape Shape;

    /// <summary>Weights are packed.</summary>
    public float* X, Weights, Y, Scratch;

    /// <summary>Where in the frame each tap's pixel of the first place lies, and where each tap lies in a copy.</summary>
    public int* Taps, Copied;

    static int Rows => ConvolutionTile<L, TVector>.Rows;

    static int Width => ConvolutionTile<L, TVector>.Width;

    public static int WorkerScratch(ConvShape shape) => shape.Seen.Floats + Width * (shape.Taps + Rows) + PooledBuffer.Slack;

    public static int GroupFloats(ConvShape shape) => ConvolutionTile<L, TVector>.Padded(shape.GroupOutChannels) * shape.Taps;

    /// <summary>For each group and each panel of output channels: [tap, channel].</summary>
    public static void PackWeights(ConvShape shape, float* weight, float* packed)
    {
        for (var group = 0; group < shape.Groups; group++, weight += shape.GroupOutChannels * shape.Taps)
            for (var row = 0; row < shape.GroupOutChannels; row += Rows, packed += Rows * shape.Taps)
                GemmPacking.Panel(
                    new(weight, shape.Taps, 1), row, Math.Min(Rows, shape.GroupOutChannels - row), Rows, shape.Taps, packed);
    }

    public readonly void Run(int worker, int block)
    {
        var (frame, window) = (Shape.Seen, Shape.Window);
        var seen = Scratch + (nint)worker * WorkerScratch(Shape);
        float* x = X + (nint)block * Shape.InputSize, y = Y + (nint)block * Shape.OutputSize, weights = Weights;
        Span<int> runs = stackalloc int[2 * FramePanel.MostRuns];
        for (var group = 0; group < Shape.Groups; group++)
        {
            for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
            {
                var places = Math.Min(Shape.BandHeight, Shape.OutHeight - row) * Shape.OutWidth;
                frame.Fill(
                    x, Shape.Height * Shape.Width, Shape.Width, row * window.DownStride - window.Top, -window.Left, 0, Shape.Height, seen);
                for (var first = 0; first < places; first += Width)
                {
                    var count = Math.Min(Width, places - first);
                    // The next image's pixels of these rows.
                    var share = Shape.InputSize / Shape.Groups / (Shape.OutHeight * Shape.OutWidth) * Width;
                    Frame.Fetch(x + Shape.InputSize + (row * Shape.OutWidth + first) / Width * share, share);
                    Panel(new(runs, first, count, Shape.OutWidth, window.DownStride * frame.RowFloats, L.Count), count,
                        weights, seen, seen + frame.Floats, y + row * Shape.OutWidth + first);
                }
            }

            x += Shape.InputSize / Shape.Groups;
            y += Shape.OutputSize / Shape.Groups;
            weights += GroupFloats(Shape);
        }
    }

    /// <summary>All channels of a group at a few places.</summary>
    readonly void Panel(FramePanel places, int count, float* weights, float* seen, float* copy, float* y)
    {
        var plane = Shape.OutHeight * Shape.OutWidth;
        var (left, right) = places.Pixels(seen, Taps, Shape.Taps, Width, copy);
        for (var row = 0; row < Shape.GroupOutChannels; row += Rows)
            ConvolutionTile<L, TVector>.Run(
                weights + (nint)row * Shape.Taps, (float*)left, (float*)right, places.InPlace ? Taps : Copied, Shape.Taps,
                y + (nint)row * plane, plane, Math.Min(Rows, Shape.GroupOutChannels - row), count, false,
                copy + Width * Shape.Taps + PooledBuffer.Slack);
    }
}
