using BenchmarkDotNet.Attributes;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Kernels;

/// <summary>The dense layers of <c>cnn</c> and <c>mlp</c> at batch 128, forward and both ways backward.</summary>
[MemoryDiagnoser]
public class MatrixProducts : IDisposable
{
    readonly CpuDevice _device = new();
    Tensor _x = null!;
    Tensor _weight = null!;
    Tensor _gradient = null!;

    /// <summary>Inputs and outputs of the layer.</summary>
    [Params("1568-128", "128-10", "784-100", "100-10")]
    public string Layer { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var sizes = Array.ConvertAll(Layer.Split('-'), int.Parse);
        _x = Values.Normal(_device, [128, sizes[0]]);
        _weight = Values.Normal(_device, [sizes[1], sizes[0]]);
        _gradient = Values.Normal(_device, [128, sizes[1]]);
    }

    [Benchmark]
    public void Forward() => _device.MatMul(_x, _weight, transposeB: true).Dispose();

    [Benchmark]
    public void InputGradient() => _device.MatMul(_gradient, _weight).Dispose();

    [Benchmark]
    public void WeightGradient() => _device.MatMul(_gradient, _x, transposeA: true).Dispose();

    public void Dispose()
    {
        _device.Dispose();
        GC.SuppressFinalize(this);
    }
}
