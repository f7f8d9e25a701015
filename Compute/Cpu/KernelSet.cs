using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Grid.Compute.Cpu.Convolution;
using Grid.Compute.Cpu.FusedConvolution;
using Grid.Compute.Cpu.Gemm;
using Grid.Compute.Cpu.Scheduling;
using Grid.Compute.Cpu.Simd;

namespace Grid.Compute.Cpu;

/// <summary>The kernels compiled for one vector width.</summary>
abstract unsafe class KernelSet
{
    /// <summary>The kernels that this machine can run, the fastest first.</summary>
    public static IReadOnlyList<KernelSet> Available { get; } = List();

    /// <summary>The name of the instruction set, as <see cref="Device.InstructionSet"/> gives it.</summary>
    public abstract string Name { get; }

    public abstract void Multiply(CpuDevice device, Matrix a, Matrix b, float* c, int m, int k, int n);

    /// <summary>Computes a convolution. x and y are NCHW.</summary>
    public abstract void Conv(CpuDevice device, ConvShape shape, int images, float* x, float* weight, float* y);

    public abstract void ConvInputGradient(CpuDevice device, ConvShape shape, int images, float* gradient, float* weight, float* x);

    public abstract void ConvWeightGradient(CpuDevice device, ConvShape shape, int images, float* gradient, float* x, float* weight);

    /// <summary>Computes the fused block. x and y are NCHW, winners [n, window, padded output channel].</summary>
    public abstract void FusedConv(
        CpuDevice device, FusedConvShape shape, int images, float* x, float* weight, float* bias, float* y, byte* winners);

    /// <summary>Computes the fused block on one window of each image's output; the rest of y stays.</summary>
    public abstract void FusedConvWindows(
        CpuDevice device, FusedConvShape shape, PixelWindow[] windows, float* x, float* weight, float* bias, float* y);

    public abstract void FusedConvInputGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* weight, float* x);

    public abstract void FusedConvWeightGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* x, float* weight, float* bias);

    static List<KernelSet> List()
    {
        var list = new List<KernelSet>();
        if (Vector512.IsHardwareAccelerated) list.Add(new KernelSet<FloatLanes512, Vector512<float>>("avx512"));
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported) list.Add(new KernelSet<FloatLanes256, Vector256<float>>("avx2"));
        list.Add(new KernelSet<FloatLanes128, Vector128<float>>("vector128"));
        return list;
    }
}

sealed unsafe class KernelSet<L, TVector>(string name) : KernelSet where L : IFloatLanes<TVector> where TVector : struct
{
    public override string Name => name;

    public override void Multiply(CpuDevice device, Matrix a, Matrix b, float* c, int m, int k, int n)
    {
        using var shared = device.Pool.Rent(Gemm<L, TVector>.SharedScratch);
        using var scratch = device.Pool.Rent(Gemm<L, TVector>.WorkerScratch * device.Threads);
        Gemm<L, TVector>.Multiply(a, b, c, n, m, k, n, false, shared.Start, scratch.Start, device.Threads);
    }

    public override void Conv(CpuDevice device, ConvShape shape, int images, float* x, float* weight, float* y)
    {
        using var scratch = device.Pool.Rent(Convolution<L, TVector>.WorkerScratch(shape) * device.Threads);
        using var weights = device.Pool.Rent(shape.Groups * Convolution<L, TVector>.GroupFloats(shape));
        using var taps = device.Pool.Rent(shape.Taps);
        using var copied = device.Pool.Rent(shape.Taps);
        Convolution<L, TVector>.PackWeights(shape, weight, weights.Start);
        Split.Run(device.Threads, images, new Convolution<L, TVector>
        {
            Shape = shape,
            X = x,
            Weights = weights.Start,
            Taps = Seen(shape, shape.Taps, taps),
            Copied = Multiples(ConvolutionTile<L, TVector>.Width, shape.Taps, copied),
            Y = y,
            Scratch = scratch.Start,
        });
    }

    public override void ConvInputGradient(CpuDevice device, ConvShape shape, int images, float* gradient, float* weight, float* x)
    {
        using var scratch = device.Pool.Rent(ConvolutionInputGradient<L, TVector>.WorkerScratch(shape) * device.Threads);
        using var weights = device.Pool.Rent(shape.Groups * ConvolutionInputGradient<L, TVector>.GroupFloats(shape));
        using var planes = device.Pool.Rent(shape.GroupOutChannels);
        using var copied = device.Pool.Rent(shape.GroupOutChannels);
        ConvolutionInputGradient<L, TVector>.PackWeights(shape, weight, weights.Start);
        Split.Run(device.Threads, images, new ConvolutionInputGradient<L, TVector>
        {
            Shape = shape,
            Gradient = gradient,
            Weights = weights.Start,
            Planes = Multiples(
                ConvolutionInputGradient<L, TVector>.Around(shape).Frame.PlaneFloats, shape.GroupOutChannels, planes),
            Copied = Multiples(ConvolutionTile<L, TVector>.Width, shape.GroupOutChannels, copied),
            X = x,
            Scratch = scratch.Start,
        });
    }

    public override void ConvWeightGradient(CpuDevice device, ConvShape shape, int images, float* gradient, float* x, float* weight)
    {
        const int Chunk = ConvolutionWeightGradient<L, TVector>.Chunk;
        var size = ConvolutionWeightGradient<L, TVector>.SumFloats(shape);
        var padded = ConvolutionWeightGradient<L, TVector>.PaddedTaps(shape);
        var chunks = (images + Chunk - 1) / Chunk;
        using var sum = new OrderedSum(device.Pool, size, chunks);
        using var scratch = device.Pool.Rent(ConvolutionWeightGradient<L, TVector>.WorkerScratch(shape) * device.Threads);
        using var taps = device.Pool.Rent(padded);
        var seen = Seen(shape, padded, taps);
        sum.Clear();
        for (int first = 0, count; first < chunks; first += count)
        {
            count = sum.Round(first);
            nint image = first * Chunk;
            Split.Run(device.Threads, count, new ConvolutionWeightGradient<L, TVector>
            {
                Shape = shape,
                Images = images - (int)image,
                Gradient = gradient + image * shape.OutputSize,
                X = x + image * shape.InputSize,
                Taps = seen,
                Sums = sum.Sums,
                Scratch = scratch.Start,
            });
            sum.Add(count);
        }

        ConvolutionWeightGradient<L, TVector>.Unpack(shape, sum.Total, weight);
    }

    static int* Multiples(int of, int count, RentedBuffer memory)
    {
        var numbers = (int*)memory.Start;
        for (var i = 0; i < count; i++) numbers[i] = i * of;
        return numbers;
    }

    /// <summary>The place in the frame of each tap's pixel; behind the last tap it stands again.</summary>
    static int* Seen(ConvShape shape, int count, RentedBuffer memory)
    {
        var frame = shape.Seen;
        var seen = (int*)memory.Start;
        for (var tap = 0; tap < count; tap++) seen[tap] = shape.SeenAt(frame, Math.Min(tap, shape.Taps - 1));
        return seen;
    }

    public override void FusedConv(
        CpuDevice device, FusedConvShape shape, int images, float* x, float* weight, float* bias, float* y, byte* winners)
    {
        using var packed = device.Pool.Rent(PackedFloats(shape));
        using var scratch = device.Pool.Rent(FusedConvForward<L, TVector>.WorkerScratch(shape) * device.Threads);
        Split.Run(device.Threads, images, Forward(shape, x, weight, bias, y, winners, packed.Start, scratch.Start));
    }

    public override void FusedConvWindows(
        CpuDevice device, FusedConvShape shape, PixelWindow[] windows, float* x, float* weight, float* bias, float* y)
    {
        using var packed = device.Pool.Rent(PackedFloats(shape));
        using var scratch = device.Pool.Rent(FusedConvWindows<L, TVector>.WorkerScratch(shape) * device.Threads);
        Split.Run(device.Threads, windows.Length, new FusedConvWindows<L, TVector>
        {
            Whole = Forward(shape, x, weight, bias, y, winners: null, packed.Start, scratch.Start),
            Windows = windows,
        });
    }

    static int PackedFloats(FusedConvShape shape) => FusedConvForward<L, TVector>.WeightFloats(shape) + shape.PaddedOut;

    static FusedConvForward<L, TVector> Forward(
        FusedConvShape shape, float* x, float* weight, float* bias, float* y, byte* winners, float* packed, float* scratch)
    {
        var weights = FusedConvForward<L, TVector>.WeightFloats(shape);
        FusedConvForward<L, TVector>.PackWeights(shape, weight, bias, packed, packed + weights);
        return new()
        {
            Shape = shape,
            X = x,
            Y = y,
            Winners = winners,
            Weights = packed,
            Bias = packed + weights,
            Scratch = scratch,
            SkipBlank = shape.ByPatch && TensorPrimitives.IsFiniteAll<float>(new(packed, weights)),
        };
    }

    public override void FusedConvInputGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* weight, float* x)
    {
        using var packed = device.Pool.Rent(FusedConvInputGradient<L, TVector>.WeightFloats(shape));
        using var scratch = device.Pool.Rent(FusedConvInputGradient<L, TVector>.WorkerScratch(shape) * device.Threads);
        FusedConvInputGradient<L, TVector>.PackWeights(shape, weight, packed.Start);
        Split.Run(device.Threads, images, new FusedConvInputGradient<L, TVector>
        {
            Shape = shape,
            Gradient = gradient,
            X = x,
            Winners = winners,
            Weights = packed.Start,
            Scratch = scratch.Start,
        });
    }

    public override void FusedConvWeightGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* x, float* weight, float* bias)
    {
        const int Chunk = FusedConvWeightGradient<L, TVector>.Chunk;
        var size = FusedConvWeightGradient<L, TVector>.SumFloats(shape);
        var chunks = (images + Chunk - 1) / Chunk;
        using var sum = new OrderedSum(device.Pool, size, chunks);
        using var scratch = device.Pool.Rent(FusedConvWeightGradient<L, TVector>.WorkerScratch(shape) * device.Threads);
        sum.Clear();
        for (int first = 0, count; first < chunks; first += count)
        {
            count = sum.Round(first);
            nint image = first * Chunk;
            Split.Run(device.Threads, count, new FusedConvWeightGradient<L, TVector>
            {
                Shape = shape,
                Images = images - (int)image,
                Gradient = gradient + image * shape.OutputSize,
                X = x + image * shape.InputSize,
                Winners = winners + image * shape.Windows * shape.PaddedOut,
                Sums = sum.Sums,
                Scratch = scratch.Start,
            });
            sum.Add(count);
        }

        FusedConvWeightGradient<L, TVector>.Unpack(shape, sum.Total, weight, bias);
    }
}
