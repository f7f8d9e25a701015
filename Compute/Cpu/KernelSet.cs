using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Grid.Compute.Cpu;

/// <summary>The kernels compiled for one vector width.</summary>
abstract unsafe class KernelSet
{
    /// <summary>Those this machine can run, the fastest first.</summary>
    public static IReadOnlyList<KernelSet> Available { get; } = List();

    /// <summary>As <see cref="Device.InstructionSet"/>.</summary>
    public abstract string Name { get; }

    public abstract void Multiply(CpuDevice device, Matrix a, Matrix b, float* c, int m, int k, int n);

    /// <summary>x and y are NCHW, winners [n, window, padded output channel].</summary>
    public abstract void FusedConv(CpuDevice device, FusedConvShape shape, int images, float* x, float* weight, float* bias, float* y, byte* winners);

    public abstract void FusedConvInputGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* weight, float* x);

    public abstract void FusedConvWeightGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* x, float* weight, float* bias);

    static List<KernelSet> List()
    {
        var list = new List<KernelSet>();
        if (Vector512.IsHardwareAccelerated) list.Add(new KernelSet<Lanes512, Vector512<float>>("avx512"));
        if (Vector256.IsHardwareAccelerated && Fma.IsSupported) list.Add(new KernelSet<Lanes256, Vector256<float>>("avx2"));
        list.Add(new KernelSet<Lanes128, Vector128<float>>("vector128"));
        return list;
    }
}

sealed unsafe class KernelSet<L, TVector>(string name) : KernelSet where L : ILanes<TVector> where TVector : struct
{
    public override string Name => name;

    public override void Multiply(CpuDevice device, Matrix a, Matrix b, float* c, int m, int k, int n)
    {
        if (k == 0)
        {
            new Span<float>(c, m * n).Clear();
            return;
        }

        using var shared = device.Pool.Rent(Gemm<L, TVector>.SharedScratch);
        using var scratch = device.Pool.Rent(Gemm<L, TVector>.WorkerScratch * device.Threads);
        Gemm<L, TVector>.Multiply(a, b, c, n, m, k, n, false, shared.Start, scratch.Start, device.Threads);
    }

    public override void FusedConv(CpuDevice device, FusedConvShape shape, int images, float* x, float* weight, float* bias, float* y, byte* winners)
    {
        using var packed = device.Pool.Rent(FusedConvForward<L, TVector>.WeightFloats(shape) + shape.PaddedOut);
        using var scratch = device.Pool.Rent(FusedConvForward<L, TVector>.WorkerScratch(shape) * device.Threads);
        var packedBias = packed.Start + FusedConvForward<L, TVector>.WeightFloats(shape);
        FusedConvForward<L, TVector>.PackWeights(shape, weight, bias, packed.Start, packedBias);
        Split.Run(device.Threads, images, new FusedConvForward<L, TVector>
        {
            Shape = shape, X = x, Y = y, Winners = winners, Weights = packed.Start, Bias = packedBias, Scratch = scratch.Start,
        });
    }

    public override void FusedConvInputGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* weight, float* x)
    {
        using var packed = device.Pool.Rent(FusedConvInputGradient<L, TVector>.WeightFloats(shape));
        using var scratch = device.Pool.Rent(FusedConvInputGradient<L, TVector>.WorkerScratch(shape) * device.Threads);
        FusedConvInputGradient<L, TVector>.PackWeights(shape, weight, packed.Start);
        Split.Run(device.Threads, images, new FusedConvInputGradient<L, TVector>
        {
            Shape = shape, Gradient = gradient, X = x, Winners = winners, Weights = packed.Start, Scratch = scratch.Start,
        });
    }

    public override void FusedConvWeightGradient(
        CpuDevice device, FusedConvShape shape, int images, float* gradient, byte* winners, float* x, float* weight, float* bias)
    {
        // Chunks are summed a few at a time, to bound memory.
        const int Few = 16, Chunk = FusedConvWeightGradient<L, TVector>.Chunk;
        var size = FusedConvWeightGradient<L, TVector>.SumFloats(shape);
        var chunks = (images + Chunk - 1) / Chunk;
        using var sums = device.Pool.Rent(size * (1 + Math.Min(Few, chunks)));
        using var scratch = device.Pool.Rent(FusedConvWeightGradient<L, TVector>.WorkerScratch(shape) * device.Threads);
        var total = new Span<float>(sums.Start, size);
        total.Clear();
        for (var first = 0; first < chunks; first += Few)
        {
            var count = Math.Min(Few, chunks - first);
            nint image = first * Chunk;
            Split.Run(device.Threads, count, new FusedConvWeightGradient<L, TVector>
            {
                Shape = shape, Images = images - (int)image, Gradient = gradient + image * shape.OutputSize, X = x + image * shape.InputSize,
                Winners = winners + image * shape.Windows * shape.PaddedOut, Sums = sums.Start + size, Scratch = scratch.Start,
            });
            for (var chunk = 1; chunk <= count; chunk++)
                TensorPrimitives.Add(total, new ReadOnlySpan<float>(sums.Start + (nint)chunk * size, size), total);
        }

        FusedConvWeightGradient<L, TVector>.Unpack(shape, sums.Start, weight, bias);
    }
}
