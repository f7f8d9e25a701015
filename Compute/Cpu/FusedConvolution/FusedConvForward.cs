using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.FusedConvolution;

/// <summary>The fused block: convolution 3x3, bias, ReLU and 2x2 max pooling. A block of work is one image.</summary>
unsafe struct FusedConvForward<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public FusedConvShape Shape;

    /// <summary>The input, [image, channel, height, width], and the output, [image, channel, window]. A winner is a byte, [image, window,
    /// padded channel].</summary>
    public float* X, Y;
    public byte* Winners;

    /// <summary>The packed weights and bias, see <see cref="PackWeights"/>, and scratch memory.</summary>
    public float* Weights, Bias, Scratch;

    /// <summary>Whether to look for blank areas. Images with few channels have such; features of a network hardly do.</summary>
    public bool SkipBlank;

    public static int WeightFloats(FusedConvShape shape) => shape.PaddedOut * shape.Channels * 9;

    public static int WorkerScratch(FusedConvShape shape) => shape.BorderedFloats + shape.Windows * shape.PaddedOut;

    /// <summary>The number of output channels that are computed at once, from the first of them on.</summary>
    public static int BlockWidth(FusedConvShape shape, int first) => Math.Min(2 * L.Count, shape.PaddedOut - first);

    /// <summary>Packs weights as [block of one or two vectors of output channels][channel][tap][output channel], and pads the
    /// bias.</summary>
    public static void PackWeights(FusedConvShape shape, float* weight, float* bias, float* packed, float* packedBias)
    {
        var taps = shape.Channels * 9;
        for (var first = 0; first < shape.PaddedOut; first += 2 * L.Count)
            for (var (width, tap) = (BlockWidth(shape, first), 0); tap < taps; tap++)
                for (var o = first; o < first + width; o++) *packed++ = o < shape.OutChannels ? weight[(nint)o * taps + tap] : 0;
        for (var o = 0; o < shape.PaddedOut; o++) packedBias[o] = o < shape.OutChannels ? bias[o] : 0;
    }

    public readonly void Run(int worker, int block)
    {
        var bordered = Scratch + (nint)worker * WorkerScratch(Shape);
        var pooled = bordered + Shape.BorderedFloats;
        var winners = Winners + (nint)block * Shape.Windows * Shape.PaddedOut;
        Border.Add(X + (nint)block * Shape.InputSize, bordered, Shape.Channels, Shape.Height, Shape.Width);
        var weights = Weights;
        for (var first = 0; first < Shape.PaddedOut; first += 2 * L.Count)
        {
            var width = BlockWidth(Shape, first);
            for (var row = 0; row < Shape.PooledHeight; row++)
            {
                nint at = (nint)row * Shape.PooledWidth * Shape.PaddedOut + first;
                FusedConvTile<L, TVector>.Row(
                    width / L.Count, bordered + 2 * row * Shape.BorderedWidth, Shape.BorderedWidth, Shape.BorderedPlane,
                    weights, Bias + first, Shape.Channels, pooled + at, winners + at, Shape.PaddedOut, Shape.PooledWidth, SkipBlank);
            }

            weights += (nint)width * Shape.Channels * 9;
        }

        Transposition.Copy(pooled, Shape.PaddedOut, Y + (nint)block * Shape.OutputSize, Shape.Windows, Shape.Windows, Shape.OutChannels);
    }
}
