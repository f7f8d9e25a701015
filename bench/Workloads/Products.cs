using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;

namespace Grid.Workloads;

/// <summary>GFLOP/s of the products and convolutions of our models at batch 128, by CPU time. Dense operations are counted.</summary>
static class Products
{
    static readonly (string Name, int M, int K, int N, bool TransposeA, bool TransposeB)[] Shapes =
    [
        ("fc1-forward", 128, 1568, 128, false, true),
        ("fc1-input", 128, 128, 1568, false, false),
        ("fc1-weight", 128, 128, 1568, true, false),
        ("mlp-forward", 128, 784, 100, false, true),
        ("mlp-weight", 100, 128, 784, true, false),
        ("square-512", 512, 512, 512, false, false),
    ];

    public static string Run()
    {
        using var device = new CpuDevice();
        var found = new List<string>();
        foreach (var (name, m, k, n, transposeA, transposeB) in Shapes)
        {
            var (a, b) = (Normal(device, transposeA ? [k, m] : [m, k]), Normal(device, transposeB ? [n, k] : [k, n]));
            Report(name, 2.0 * m * k * n, () => device.MatMul(a, b, transposeA, transposeB).Dispose());
        }

        foreach (var (layer, inputs, outputs, side) in new[] { (1, 1, 16, 28), (2, 16, 32, 14) })
        {
            var (x, weight, bias) =
                (Normal(device, [128, inputs, side, side]), Normal(device, [outputs, inputs, 3, 3]), Normal(device, [outputs]));
            var (output, winners) = device.ConvReluPool(x, weight, bias);
            var gradient = Normal(device, output.Shape);
            var operations = 2.0 * 128 * inputs * outputs * side * side * 9;
            Report($"conv{layer}-forward", operations, () => device.ConvReluPool(x, weight, bias));
            Report($"conv{layer}-input", operations, () => device.ConvReluPoolInputGradient(gradient, winners, weight, x.Shape));
            Report($"conv{layer}-weight", operations, () => device.ConvReluPoolWeightGradient(gradient, winners, x, weight.Shape));
        }

        Report("peak-fma", 2.0 * 100_000 * 12 * Vector512<float>.Count, () => Peak(100_000));
        return string.Join(' ', found);

        void Report(string name, double operations, Action work)
        {
            // By CPU time, for others may be running; the middle of three.
            var rates = new List<double>();
            for (var i = 0; i < 3; i++)
            {
                var (start, times) = (Timing.Cpu(), 0);
                for (; times % 10 > 0 || Timing.Cpu() - start < 0.2; times++)
                {
                    using var scope = device.Scope();
                    work();
                }

                rates.Add(times * operations / (Timing.Cpu() - start) / 1e9);
            }

            found.Add(FormattableString.Invariant($"{name}={rates.Order().ElementAt(1):F1}"));
        }
    }

    /// <summary>Twelve independent chains of multiply-adds in registers: what one core can do at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Peak(int steps)
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (y, y, y, y, y, y);
        for (var step = 0; step < steps; step++)
        {
            (a, b, c) = (Vector512.FusedMultiplyAdd(a, x, y), Vector512.FusedMultiplyAdd(b, x, y), Vector512.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (Vector512.FusedMultiplyAdd(d, x, y), Vector512.FusedMultiplyAdd(e, x, y), Vector512.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (Vector512.FusedMultiplyAdd(g, x, y), Vector512.FusedMultiplyAdd(h, x, y), Vector512.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (Vector512.FusedMultiplyAdd(j, x, y), Vector512.FusedMultiplyAdd(k, x, y), Vector512.FusedMultiplyAdd(l, x, y));
        }

        _sink = Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    static float _sink;

    static Tensor Normal(CpuDevice device, Shape shape)
    {
        var values = new float[shape.Count];
        new PhiloxStream(1, "benchmark").FillNormal(values, 0, 1);
        return device.Upload(values, shape);
    }
}
