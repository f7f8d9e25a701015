using Grid.Compute.Cpu;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Tests.Cpu.Memory;

/// <summary>No kernel leaves its buffers, whatever the shape: pointers are not checked by the runtime.</summary>
public sealed class GuardTests
{
    static readonly int[] Sizes = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65];

    static readonly Dictionary<string, Func<CpuDevice, Dice, IEnumerable<Tensor>>> Operators = new()
    {
        ["elementwise"] = (d, dice) =>
        {
            Shape s = [Size(dice), Size(dice)];
            var (a, b) = (Any(d, dice, s), Any(d, dice, s));
            return
            [
                .. Enum.GetValues<Unary>().Select(o => d.Apply(o, a)), .. Enum.GetValues<Binary>().Select(o => d.Combine(o, a, b)),
                d.Affine(a, 2, 1), d.AddScaled(a, b, 3), d.Clamp(a, -1, 1), d.Where(a, b, a),
                d.Where(Any(d, dice, [s[0]]), a, b), d.Full(s, 2),
            ];
        },
        ["rows"] = (d, dice) =>
        {
            Shape s = [Size(dice), Positive(dice)];
            var (a, rows) = (Any(d, dice, s), Enumerable.Range(0, s[0]).Where(_ => dice.Coin()).ToArray());
            var target = Any(d, dice, s);
            d.ScatterRowsInto(target, rows, d.GatherRows(a, rows));
            return
            [
                target, d.ScaleRows(a, Any(d, dice, [s[0]])), d.AddToRows(a, Any(d, dice, [s[1]])), d.SumRows(a), d.SumColumns(a),
                d.ArgMax(a), d.Transpose(a),
                d.Concat(a, target, a), d.UploadRows(dice.Floats(s), rows, s.WithRows(rows.Length)),
            ];
        },
        ["rows of replicas"] = (d, dice) =>
        {
            Shape s = [dice.Int(1, 3), Size(dice), Positive(dice)];
            var a = Any(d, dice, s);
            return [d.AddToRows(a, Any(d, dice, [s[0], s[2]])), d.SumColumns(a), d.Transpose(a)];
        },
        ["classes"] = (d, dice) =>
        {
            Shape s = [Size(dice), Positive(dice)];
            var (a, labels) = (Any(d, dice, s), d.Upload([.. Enumerable.Range(0, s[0]).Select(_ => (float)dice.Int(0, s[1] - 1))], [s[0]]));
            return [d.Softmax(a), d.CrossEntropy(a, labels), d.CrossEntropyGradient(Any(d, dice, [s[0]]), a, labels)];
        },
        ["products"] = (d, dice) =>
        {
            var (m, k, n) = (Size(dice), dice.Of(Size(dice), 700), Size(dice));
            return
            [
                d.MatMul(Any(d, dice, [m, k]), Any(d, dice, [k, n])),
                d.MatMul(Any(d, dice, [k, m]), Any(d, dice, [k, n]), transposeA: true),
                d.MatMul(Any(d, dice, [m, k]), Any(d, dice, [n, k]), transposeB: true),
                d.MatMul(Any(d, dice, [k, m]), Any(d, dice, [n, k]), true, true),
                d.MatMul(Any(d, dice, [2, m, k]), Any(d, dice, [2, k, n])),
            ];
        },
        ["convolution"] = (d, dice) =>
        {
            var (size, padding) = (dice.Int(1, 5), dice.Int(0, 4));
            var least = Math.Max(1, size - 2 * padding);
            Shape xs = [dice.Int(0, 3), dice.Int(1, 4), least + dice.Of(0, 1, 2, 9), least + dice.Of(0, 1, 2, 15, 16, 17)],
                ws = [dice.Of(1, 2, 3, 8, 15, 16, 17), xs[1], size, size];
            var (x, w) = (Any(d, dice, xs), Any(d, dice, ws));
            var y = d.Conv(x, w, padding);
            var g = Any(d, dice, y.Shape);
            return [y, d.ConvInputGradient(g, w, padding, xs), d.ConvWeightGradient(g, x, padding, ws)];
        },
        ["fused block"] = (d, dice) => Fused(d, dice, replicas: 0),
        ["fused block of replicas"] = (d, dice) => Fused(d, dice, dice.Int(1, 3)),
        ["median"] =
            (d, dice) =>
                [d.MedianFilter(Any(d, dice, [dice.Int(0, 2), dice.Int(1, 2), dice.Of(1, 2, 3, 9), dice.Of(1, 2, 3, 15, 16, 17, 33)]),
                    dice.Int(1, 9))],
        ["grid sample"] = (d, dice) =>
        {
            Shape xs = [dice.Int(0, 3), dice.Int(1, 2), dice.Int(1, 4), dice.Int(1, 4)],
                ps = [xs[0], 2, dice.Of(0, 1, 2, 5), dice.Of(1, 2, 17)];
            var places =
                d.Upload(
                    [.. Enumerable.Range(0, ps.Count)
                        .Select(_ => dice.Of(dice.Float(-2, 6), 0, -1, 3, float.MaxValue, float.NegativeInfinity, float.NaN))], ps);
            var (x, g) = (Any(d, dice, xs), Any(d, dice, [xs[0], xs[1], ps[2], ps[3]]));
            return [d.GridSample(x, places), d.GridSampleImageGradient(g, places, xs), d.GridSamplePositionGradient(g, x, places)];
        },
        ["optimisers"] = (d, dice) =>
        {
            Shape s = [Size(dice), Size(dice)];
            var (p, g, m, v, q) = (Any(d, dice, s), Any(d, dice, s), Any(d, dice, s), d.Full(s, 1), Any(d, dice, s));
            d.AdamInto(p, g, m, v, 1, new(1e-3f, 0.9f, 0.999f, 1e-8f));
            d.DescendInto(q, g, dice.Coin() ? m : null, 0.1f, 0.9f);
            return [p, m, v, q];
        },
    };

    public static TheoryData<string> Names => [.. Operators.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Kernels_keep_to_their_buffers_at_the_smallest_and_oddest_shapes(string name) => Check.Property(dice =>
    {
        var seed = dice.Int(0, 1 << 30);
        foreach (var kernels in KernelSet.Available)
        {
            var pool = new GuardedPool();
            var guarded = Results(new CpuDevice(kernels, 1, pool), name, seed);
            Assert.Empty(pool.Findings);
            var ordinary = Results(new CpuDevice(kernels), name, seed);
            for (var i = 0; i < ordinary.Count; i++) Check.SameBits(ordinary[i], guarded[i]);
        }
    }, tests: 150);

    [Fact]
    public void A_kernel_that_leaves_its_buffer_is_found()
    {
        var pool = new GuardedPool();
        var buffer = pool.Take(5);
        Write(buffer, 5 + PooledBuffer.Slack);
        Write(buffer, -1);
        pool.Give(buffer);
        Assert.Equal([$"1 before a buffer of {5 + PooledBuffer.Slack}", $"1 behind a buffer of {5 + PooledBuffer.Slack}"], pool.Findings);

        static unsafe void Write(PooledBuffer buffer, int at) => buffer.Start[at] = 0;
    }

    static List<float[]> Results(CpuDevice device, string name, int seed)
    {
        using var scope = device.Scope();
        return [.. Operators[name](device, new Dice(seed)).Select(t => t.ToArray())];
    }

    static IEnumerable<Tensor> Fused(CpuDevice d, Dice dice, int replicas)
    {
        Shape Of(Shape one) => replicas == 0 ? one : one.Times(replicas);
        Shape xs = [dice.Int(0, 3), dice.Of(1, 2, 3, 15, 16, 17), dice.Of(1, 2, 3, 4, 9), dice.Of(1, 2, 3, 4, 15, 16, 17, 19)],
            ws = [dice.Of(1, 2, 15, 16, 17, 33), xs[1], 3, 3];
        var (x, w) = (Any(d, dice, Of(xs)), Any(d, dice, Of(ws)));
        var (y, winners) = d.ConvReluPool(x, w, Any(d, dice, Of([ws[0]])));
        var g = Any(d, dice, y.Shape);
        var (weight, bias) = d.ConvReluPoolWeightGradient(g, winners, x, Of(ws));
        return [y, d.ConvReluPoolInputGradient(g, winners, w, Of(xs)), weight, bias];
    }

    static int Size(Dice dice) => dice.Of(Sizes);

    static int Positive(Dice dice) => Math.Max(1, Size(dice));

    static Tensor Any(CpuDevice device, Dice dice, Shape shape) => device.Upload(dice.Floats(shape), shape);
}
