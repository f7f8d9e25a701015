using BenchmarkDotNet.Attributes;
using Grid.Compute;
using Grid.Compute.Cpu;

namespace Grid.Kernels;

/// <summary>The two layers of <c>cnn</c> at batch 128: 3x3 convolution, bias, ReLU and pooling fused.</summary>
[MemoryDiagnoser]
public class ConvLayers : IDisposable
{
    readonly CpuDevice _device = new();
    Tensor _x = null!;
    Tensor _weight = null!;
    Tensor _bias = null!;
    Tensor _winners = null!;
    Tensor _gradient = null!;

    [Params(1, 2)]
    public int Layer { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var (inputs, outputs, side) = Layer == 1 ? (1, 16, 28) : (16, 32, 14);
        _x = Values.Normal(_device, [128, inputs, side, side]);
        _weight = Values.Normal(_device, [outputs, inputs, 3, 3]);
        _bias = Values.Normal(_device, [outputs]);
        (var output, _winners) = _device.ConvReluPool(_x, _weight, _bias);
        _gradient = Values.Normal(_device, output.Shape);
    }

    [Benchmark]
    public void Forward()
    {
        using var scope = _device.Scope();
        _device.ConvReluPool(_x, _weight, _bias);
    }

    [Benchmark]
    public void InputGradient() => _device.ConvReluPoolInputGradient(_gradient, _winners, _weight, _x.Shape).Dispose();

    [Benchmark]
    public void WeightGradient()
    {
        using var scope = _device.Scope();
        _device.ConvReluPoolWeightGradient(_gradient, _winners, _x, _weight.Shape);
    }

    public void Dispose()
    {
        _device.Dispose();
        GC.SuppressFinalize(this);
    }
}
