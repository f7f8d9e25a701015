using System.Runtime.CompilerServices;

namespace Grid.Compute.Cpu;

/// <summary>Convolution 3x3, bias, ReLU, 2x2 max pool. A block is one image.</summary>
unsafe struct FusedConvForward<L, TVector> : IBlocks where L : ILanes<TVector> where TVector : struct
{
    public FusedConvShape Shape;

    /// <summary>[image, channel, height, width] in, [image, channel, window] out; a winner is a byte, [image, window, padded channel].</summary>
    public float* X, Y;
    public byte* Winners;

    /// <summary>See <see cref="PackWeights"/>.</summary>
    public float* Weights, Bias, Scratch;

    public static int WeightFloats(FusedConvShape shape) => shape.PaddedOut * shape.Channels * 9;

    public static int WorkerScratch(FusedConvShape shape) => Aligned(shape.Channels * shape.BorderedPlane) + shape.Windows * shape.PaddedOut;

    static int Aligned(int floats) => (floats + 15) & ~15;

    static int BlockWidth(FusedConvShape shape, int first) => Math.Min(2 * L.Count, shape.PaddedOut - first);

    /// <summary>[block of one or two vectors of output channels][channel][tap][output channel], and the bias padded.</summary>
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
        var pooled = bordered + Aligned(Shape.Channels * Shape.BorderedPlane);
        var winners = Winners + (nint)block * Shape.Windows * Shape.PaddedOut;
        Border.Add(X + (nint)block * Shape.InputSize, bordered, Shape.Channels, Shape.Height, Shape.Width);
        var weights = Weights;
        for (var first = 0; first < Shape.PaddedOut; first += 2 * L.Count)
        {
            var width = BlockWidth(Shape, first);
            for (var row = 0; row < Shape.PooledHeight; row++)
            {
                nint at = (nint)row * Shape.PooledWidth * Shape.PaddedOut + first;
                FusedConvTile<L, TVector>.Row(width / L.Count, bordered + 2 * row * Shape.BorderedWidth, Shape.BorderedWidth, Shape.BorderedPlane,
                    weights, Bias + first, Shape.Channels, pooled + at, winners + at, Shape.PaddedOut, Shape.PooledWidth);
            }

            weights += (nint)width * Shape.Channels * 9;
        }

        Transposition.Copy(pooled, Shape.PaddedOut, Y + (nint)block * Shape.OutputSize, Shape.Windows, Shape.Windows, Shape.OutChannels);
    }
}

/// <summary>A border of zeros, one pixel wide, around each plane.</summary>
static unsafe class Border
{
    public static void Add(float* planes, float* bordered, int count, int height, int width)
    {
        for (; count > 0; count--)
        {
            Clear(bordered, width + 2);
            bordered += width + 2;
            for (var row = 0; row < height; row++, planes += width, bordered += width + 2)
            {
                bordered[0] = 0;
                Copy(planes, bordered + 1, width);
                bordered[width + 1] = 0;
            }

            Clear(bordered, width + 2);
            bordered += width + 2;
        }
    }

    public static void Remove(float* bordered, float* planes, int count, int height, int width)
    {
        for (; count > 0; count--)
        {
            bordered += width + 3;
            for (var row = 0; row < height; row++, planes += width, bordered += width + 2) Copy(bordered, planes, width);
            bordered += width + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Copy(float* source, float* target, int count) => new ReadOnlySpan<float>(source, count).CopyTo(new(target, count));

    static void Clear(float* target, int count) => new Span<float>(target, count).Clear();
}
