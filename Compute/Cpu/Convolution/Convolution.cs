using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu.Convolution;

/// <summary>Any kernel and padding, by unrolling. A block is one image.</summary>
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
        var (x, y) = ((nint)(X + (nint)block * Shape.InputSize), (nint)(Y + (nint)block * Shape.OutputSize));
        if (ToInput) new Span<float>((float*)x, Shape.InputSize).Clear();
        for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
        {
            var rows = Math.Min(Shape.BandHeight, Shape.OutHeight - row);
            if (ToInput) InputGradient((float*)x, (float*)y, row, rows, columns, gemm);
            else Forward((float*)x, (float*)y, row, rows, columns, gemm);
        }
    }

    readonly void Forward(float* x, float* y, int row, int rows, float* columns, float* gemm)
    {
        var width = rows * Shape.OutWidth;
        Unrolling.Unroll(Shape, x, row, rows, columns);
        Gemm<L, TVector>.Multiply(
            new(Weight, Shape.Taps, 1), new(columns, width, 1), y + row * Shape.OutWidth, Shape.OutHeight * Shape.OutWidth,
            Shape.OutChannels, Shape.Taps, width, false, gemm, gemm + Gemm<L, TVector>.SharedScratch, 1);
    }

    readonly void InputGradient(float* x, float* y, int row, int rows, float* columns, float* gemm)
    {
        var width = rows * Shape.OutWidth;
        Gemm<L, TVector>.Multiply(
            new(Weight, 1, Shape.Taps), new(y + row * Shape.OutWidth, Shape.OutHeight * Shape.OutWidth, 1), columns, width,
            Shape.Taps, Shape.OutChannels, width, false, gemm, gemm + Gemm<L, TVector>.SharedScratch, 1);
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
            for (var row = 0; row < Shape.OutHeight; row += Shape.BandHeight)
            {
                var rows = Math.Min(Shape.BandHeight, Shape.OutHeight - row);
                var width = rows * Shape.OutWidth;
                Unrolling.Unroll(Shape, X + (nint)image * Shape.InputSize, row, rows, columns);
                var gradient = Gradient + (nint)image * Shape.OutputSize + row * Shape.OutWidth;
                Gemm<L, TVector>.Multiply(new(gradient, Shape.OutHeight * Shape.OutWidth, 1), new(columns, 1, width), sum, Shape.Taps,
                    Shape.OutChannels, width, Shape.Taps, true, gemm, gemm + Gemm<L, TVector>.SharedScratch, 1);
            }
    }
}
