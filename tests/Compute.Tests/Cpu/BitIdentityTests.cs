using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

/// <summary>
/// Numbers depend on the cell alone: not on threads, not on the batch, and with fused multiply-adds not even on the vector width.
/// </summary>
public sealed class BitIdentityTests
{
    /// <summary>The result of each operator, in order, on inputs made from the dice's seed.</summary>
    static List<float[]> Everything(CpuDevice device, int seed)
    {
        using var scope = device.Scope();
        var dice = new Dice(seed);
        Shape xs = [dice.Int(0, 40), dice.Of(1, 3, 9, 17), dice.Int(2, 11), dice.Int(2, 11)],
            ws = [dice.Of(dice.Int(1, 40), 70), xs[1], 3, 3];
        var (x, w, b) =
            (device.Upload(dice.Floats(xs), xs), device.Upload(dice.Floats(ws), ws), device.Upload(dice.Floats(ws[0]), [ws[0]]));
        var (m, k, n) = (dice.Int(1, 130), dice.Int(1, 900), dice.Int(1, 100));
        var (left, right) = (device.Upload(dice.Floats(m * k), [m, k]), device.Upload(dice.Floats(k * n), [k, n]));
        var product = device.MatMul(left, right);
        var (pooled, winners) = device.ConvReluPool(x, w, b);
        var g = device.Upload(dice.Floats(pooled.Shape), pooled.Shape);
        var (dw, db) = device.ConvReluPoolWeightGradient(g, winners, x, ws);
        var y = device.Conv(x, w, 2);
        var moved =
            new Window(3) { DownStride = 2, AcrossStride = dice.Int(1, 3), DownDilation = 2, Top = 2, Bottom = 1, Left = 1, Right = 2 };
        var strided = device.Conv(x, w, moved);
        var places = device.Upload(dice.Floats(xs[0] * 2 * 35, -2, 12), [xs[0], 2, 5, 7]);
        var sampled = device.GridSample(x, places);
        return
        [
            .. new[]
            {
                product, device.MatMul(left, product, transposeA: true), pooled,
                device.ConvReluPoolInputGradient(g, winners, w, xs), dw, db,
                y, device.ConvInputGradient(y, w, 2, xs), device.ConvWeightGradient(y, x, 2, ws), device.MedianFilter(x, 3),
                strided, device.ConvInputGradient(strided, w, moved, 1, xs), device.ConvWeightGradient(strided, x, moved, 1, ws),
                sampled, device.GridSampleImageGradient(sampled, places, xs), device.GridSamplePositionGradient(sampled, x, places),
            }.Select(t => t.ToArray()),
        ];
    }

    static void Same(List<float[]> expected, List<float[]> actual)
    {
        for (var i = 0; i < expected.Count; i++) Check.SameBits(expected[i], actual[i]);
    }

    [Fact]
    public void Threads_change_no_bit() => Check.Property(dice =>
    {
        var seed = dice.Int(0, 1 << 30);
        foreach (var kernels in KernelSet.Available)
        {
            var one = Everything(new CpuDevice(kernels), seed);
            foreach (var threads in new[] { 2, 4 }) Same(one, Everything(new CpuDevice(kernels, threads), seed));
        }
    }, tests: 8);

    [Fact]
    public void Vector_widths_change_no_bit() => Check.Property(dice =>
    {
        var seed = dice.Int(0, 1 << 30);
        var widest = Everything(new CpuDevice(KernelSet.Available[0]), seed);
        foreach (var kernels in KernelSet.Available.Skip(1)) Same(widest, Everything(new CpuDevice(kernels), seed));
    }, tests: 8);

    /// <summary>Each operator that works row by row, with the shape of one input row.</summary>
    public static TheoryData<string> RowWise => [.. Operators.Keys];

    static readonly Dictionary<string, (Shape Row, Func<CpuDevice, Tensor, Dice, Tensor> Run)> Operators = new()
    {
        ["matmul"] = ([1, 777], (d, x, dice) => d.MatMul(x, d.Upload(dice.Floats(777 * 61), [777, 61]))),
        ["matmul transposed"] = ([1, 777], (d, x, dice) => d.MatMul(x, d.Upload(dice.Floats(777 * 130), [130, 777]), transposeB: true)),
        ["conv"] = ([1, 3, 7, 9], (d, x, dice) => d.Conv(x, d.Upload(dice.Floats(5 * 3 * 25), [5, 3, 5, 5]), 2)),
        ["conv input gradient"] = ([1, 5, 7, 9], (d, x, dice) =>
            d.ConvInputGradient(x, d.Upload(dice.Floats(5 * 3 * 25), [5, 3, 5, 5]), 2, [x.Shape[0], 3, 7, 9])),
        ["fused"] = ([1, 1, 28, 28], (d, x, dice) => Fused(d, x, dice, 16)),
        ["fused deep"] = ([1, 16, 14, 14], (d, x, dice) => Fused(d, x, dice, 32)),
        ["fused odd"] = ([1, 11, 5, 7], (d, x, dice) => Fused(d, x, dice, 21)),
        ["exp"] = ([1, 13], (d, x, _) => d.Apply(Unary.Exp, x)),
        ["log"] = ([1, 13], (d, x, _) => d.Apply(Unary.Log, d.Apply(Unary.Abs, x))),
        ["sigmoid"] = ([1, 3], (d, x, _) => d.Apply(Unary.Sigmoid, x)),
        ["tanh"] = ([1, 5], (d, x, _) => d.Apply(Unary.Tanh, x)),
        ["softmax"] = ([1, 10], (d, x, _) => d.Softmax(x)),
        ["cross entropy"] = ([1, 19], (d, x, _) => d.CrossEntropy(x, d.Full([x.Shape[0]], 3))),
        ["cross entropy gradient"] = ([1, 19], (d, x, _) => d.CrossEntropyGradient(d.Full([x.Shape[0]], 0.3f), x, d.Full([x.Shape[0]], 3))),
        ["sum"] = ([1, 83], (d, x, _) => d.SumRows(x)),
        ["grid sample"] = ([1, 2, 6, 5], (d, x, _) => d.GridSample(x, x)),
        ["median"] = ([1, 2, 6, 5], (d, x, _) => d.MedianFilter(x, 2)),
    };

    static Tensor Fused(CpuDevice d, Tensor x, Dice dice, int channels)
    {
        Shape ws = [channels, x.Shape[1], 3, 3];
        var w = d.Upload(dice.Floats(ws), ws);
        var (y, winners) = d.ConvReluPool(x, w, d.Upload(dice.Floats(channels), [channels]));
        // The output stands for its own gradient, so that both directions are compared.
        var back = d.ConvReluPoolInputGradient(y, winners, w, x.Shape);
        return d.Reshape(d.ConvReluPoolInputGradient(y, winners, w, x.Shape), [x.Shape[0], back.Shape.RowSize]);
    }

    [Theory]
    [MemberData(nameof(RowWise))]
    public void A_row_alone_has_the_bits_it_has_in_a_batch(string name) => Check.Property(dice =>
    {
        var (row, run) = Operators[name];
        var n = dice.Of(2, dice.Int(2, 30), 70);
        var seed = dice.Int(0, 1 << 30);
        var values = dice.Floats(n * row.Count, -2, 2);
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var batch = device.Upload(values, row.WithRows(n));
            var all = run(device, batch, new Dice(seed));
            foreach (var i in new[] { 0, n - 1, dice.Int(0, n - 1) })
            {
                var alone = run(device, device.GatherRows(batch, [i]), new Dice(seed));
                Check.SameBits(device.GatherRows(all, [i]).ToArray(), alone.ToArray());
            }
        }
    }, tests: 4);
}
