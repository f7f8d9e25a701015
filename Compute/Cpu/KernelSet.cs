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
}
