using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>Any kernel, stride, padding, dilation and groups, by unrolling. A block is one image.</summary>
unsafe struct Convolution<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public ConvShape Shape;
    public bool ToInput;

    /// <summary>Y = weight * X; or, to the input, X = the vector-Jacobian product with Y.</summary>
    public float* X, Weight, Y, Scratch;

    public static int WorkerScratch(ConvShape shape) =>
        ((shape.BandFloats + 15) & ~15) + Gemm<L, TVector>.SharedScratch + Gemm<L, TVector>.WorkerScratch;

    public readonly void Run(int worker, int block)
    {
        var gemm = Scratch + (nint)worker * WorkerScratch(Shape);
        var columns = gemm + Gemm<L, TVector>.SharedScratch + Gemm<L, TVector>.WorkerScratch;
        float* x = X + (nint)block * Shape.InputSize, y = Y + (nint)block * Shape.OutputSize, weight = Weight;
        if (ToInput) new Span<float>(x, Shape.InputSize).Clear();
        for (var group = 0; group < Shape.Groups; group++)
        {
            for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
            {
                var rows = Math.Min(Shape.BandHeight, Shape.OutHeight - row);
                if (ToInput) InputGradient(x, weight, y, row, rows, columns, gemm);
                else Forward(x, weight, y, row, rows, columns, gemm);
            }

            x += Shape.InputSize / Shape.Groups;
            y += Shape.OutputSize / Shape.Groups;
            weight += Shape.GroupOutChannels * Shape.Taps;
        }
    }

    readonly void Forward(float* x, float* weight, float* y, int row, int rows, float* columns, float* gemm)
    {
        var width = rows * Shape.OutWidth;
        Unrolling.Unroll(Shape, x, row, rows, columns);
        Gemm<L, TVector>.Multiply(
            new(weight, Shape.Taps, 1), new(columns, width, 1), y + row * Shape.OutWidth, Shape.OutHeight * Shape.OutWidth,
            Shape.GroupOutChannels, Shape.Taps, width, false, gemm, gemm + Gemm<L, TVector>.SharedScratch, 1);
    }

    readonly void InputGradient(float* x, float* weight, float* y, int row, int rows, float* columns, float* gemm)
    {
        var width = rows * Shape.OutWidth;
        Gemm<L, TVector>.Multiply(
            new(weight, 1, Shape.Taps), new(y + row * Shape.OutWidth, Shape.OutHeight * Shape.OutWidth, 1), columns, width,
            Shape.Taps, Shape.GroupOutChannels, width, false, gemm, gemm + Gemm<L, TVector>.SharedScratch, 1);
        Unrolling.Roll(Shape, columns, row, rows, x);
    }
}

/// <summary>The gradient of the weight. A block is a chunk of images, summed on its own; the sums are then added in order.</summary>
unsafe struct ConvolutionWeightGradient<L, TVector> : IBlocks where L : IFloatLanes<TVector> where TVector : struct
{
    public const int Chunk = 16;

    public ConvShape Shape;
    public int Images;
    public float* X, Gradient, Sums, Scratch;

    public readonly void Run(int worker, int block)
    {
        var gemm = Scratch + (nint)worker * Convolution<L, TVector>.WorkerScratch(Shape);
        var columns = gemm + Gemm<L, TVector>.SharedScratch + Gemm<L, TVector>.WorkerScratch;
        var size = Shape.OutChannels * Shape.Taps;
        var sum = Sums + (nint)block * size;
        new Span<float>(sum, size).Clear();
        for (var image = block * Chunk; image < Math.Min(Images, (block + 1) * Chunk); image++)
            for (var group = 0; group < Shape.Groups; group++)
                for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
                {
                    var rows = Math.Min(Shape.BandHeight, Shape.OutHeight - row);
                    var width = rows * Shape.OutWidth;
                    Unrolling.Unroll(Shape,
                        X + (nint)image * Shape.InputSize + group * (Shape.InputSize / Shape.Groups), row, rows, columns);
                    var gradient =
                        Gradient + (nint)image * Shape.OutputSize + group * (Shape.OutputSize / Shape.Groups) + row * Shape.OutWidth;
                    Gemm<L, TVector>.Multiply(
                        new(gradient, Shape.OutHeight * Shape.OutWidth, 1), new(columns, 1, width),
                        sum + group * Shape.GroupOutChannels * Shape.Taps, Shape.Taps,
                        Shape.GroupOutChannels, width, Shape.Taps, true, gemm, gemm + Gemm<L, TVector>.SharedScratch, 1);
                }
    }
}
