namespace Grid.Compute.Tests.Cpu;

/// <summary>Every vector-Jacobian product of what layers are made of, against central differences.</summary>
public sealed class LayersTapeTests
{
    static void Holds(
        Dice dice, Shape[] shapes, Func<Tape, Variable[], Variable> taped, Func<double[][], double[]> plain, float[][]? inputs = null) =>
        TapeTests.Holds(dice, shapes, taped, plain, inputs);

    static double[] Map(double[] a, Func<double, double> f) => Array.ConvertAll(a, v => f(v));

    /// <summary>Numbers that keep away from the given ones, where a slope jumps.</summary>
    static float[] Away(Dice dice, int count, params float[] kinks) =>
        [.. dice.Floats(count, -4, 4).Select(v => kinks.Aggregate(v, (u, kink) => Math.Abs(u - kink) < 0.01f ? u + 0.05f : u))];

    [Fact]
    public void Activations() => Check.Property(dice =>
    {
        Shape shape = [dice.Int(1, 4), dice.Int(1, 9)];
        float[][] x = [Away(dice, shape.Count, 0, -3, 3, 1)], positive = [dice.Floats(shape.Count, 0.2f, 3)];
        (Func<Tape, Variable, Variable> Taped, Func<double, double> Plain)[] functions =
        [
            ((t, v) => t.Abs(v), Math.Abs), ((t, v) => t.Tanh(v), Math.Tanh), ((t, v) => t.Exp(v), Math.Exp),
            ((t, v) => t.Erf(v), NaiveLayers.Erf),
            ((t, v) => t.LeakyRelu(v, 0.1f), v => v > 0 ? v : 0.1f * v),
            ((t, v) => t.Elu(v, 1.5f), v => v > 0 ? v : 1.5 * (Math.Exp(v) - 1)),
            ((t, v) => t.Elu(v, 1.6732632f, 1.050701f), v => 1.050701f * (v > 0 ? v : 1.6732632f * (Math.Exp(v) - 1))),
            ((t, v) => t.Clip(v, -3, 1), v => Math.Clamp(v, -3, 1)), ((t, v) => t.Silu(v), v => v / (1 + Math.Exp(-v))),
            ((t, v) => t.HardSigmoid(v), v => Math.Clamp(v / 6 + 0.5, 0, 1)),
            ((t, v) => t.HardSwish(v), v => v * Math.Clamp(v / 6 + 0.5, 0, 1)),
            ((t, v) => t.Softplus(v), v => Math.Log(1 + Math.Exp(v))),
            ((t, v) => t.Gelu(v), v => v * 0.5 * (1 + NaiveLayers.Erf(v / Math.Sqrt(2)))),
            ((t, v) => t.Gelu(v, byTanh: true), v => v * 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))),
            ((t, v) => t.Power(v, 3), v => v * v * v), ((t, v) => t.Power(v, 2), v => v * v), ((t, v) => t.Power(v, 4), v => v * v * v * v),
        ];
        foreach (var (taped, plain) in functions) Holds(dice, [shape], (t, v) => taped(t, v[0]), v => Map(v[0], plain), x);
        Holds(dice, [shape], (t, v) => t.Log(v[0]), v => Map(v[0], Math.Log), positive);
        Holds(dice, [shape], (t, v) => t.Power(v[0], 1.7f), v => Map(v[0], u => Math.Pow(u, 1.7f)), positive);
        Holds(dice, [shape], (t, v) => t.Power(v[0], -0.5f), v => Map(v[0], u => Math.Pow(u, -0.5)), positive);
        Holds(dice, [shape, [shape[1]]], (t, v) => t.PRelu(v[0], v[1]), v => [.. v[0].Select((u, i) => u > 0 ? u : u * v[1][i % shape[1]])],
            [x[0], dice.Floats(shape[1])]);
    }, tests: 15);

    [Fact]
    public void At_a_kink_the_slope_is_that_of_the_side_below()
    {
        using var device = new Grid.Compute.Cpu.CpuDevice();
        using var scope = device.Scope();
        Assert.Equal([0.25f, 0, 0, 0],
            new Func<Tape, Variable, Variable>[] { (t, v) => t.LeakyRelu(v, 0.25f), (t, v) => t.Relu(v), (t, v) => t.Clip(v, 0, 6),
                (t, v) => t.Clip(v, -1, 0) }
                .Select((Func<Tape, Variable, Variable> f) =>
                {
                    var (tape, x) = (new Tape(device), Tape.Watch(device.Zeros([1])));
                    return tape.Gradient(f(tape, x), x).ToArray()[0];
                }));
    }

    [Fact]
    public void Broadcast_arithmetic() => Check.Property(dice =>
    {
        var shape = dice.Shape(dice.Int(1, 4), 4);
        Shape sa = dice.Narrowed(shape), sb = dice.Narrowed(shape);
        float[][] inputs = [dice.Floats(sa.Count, 0.5f, 2), dice.Floats(sb.Count, 0.5f, 2)];
        Holds(dice, [sa, sb], (t, v) => t.Plus(v[0], v[1]), v => NaiveLayers.Broadcast(v[0], sa, v[1], sb, (x, y) => x + y), inputs);
        Holds(dice, [sa, sb], (t, v) => t.Minus(v[0], v[1]), v => NaiveLayers.Broadcast(v[0], sa, v[1], sb, (x, y) => x - y), inputs);
        Holds(dice, [sa, sb], (t, v) => t.Times(v[0], v[1]), v => NaiveLayers.Broadcast(v[0], sa, v[1], sb, (x, y) => x * y), inputs);
        Holds(dice, [sa, sb], (t, v) => t.Over(v[0], v[1]), v => NaiveLayers.Broadcast(v[0], sa, v[1], sb, (x, y) => x / y), inputs);
        Holds(dice, [shape], (t, v) => t.SumTo(v[0], sa), v => NaiveLayers.SumTo(v[0], shape, sa));
        Holds(dice, [sa], (t, v) => t.Expand(v[0], shape),
            v => NaiveLayers.Broadcast(v[0], sa, new double[shape.Count], shape, (x, y) => x + y));
    }, tests: 25);

    [Fact]
    public void Rearrangements() => Check.Property(dice =>
    {
        var shape = dice.Shape(dice.Int(1, 4));
        var order = dice.Order(shape.Rank);
        Holds(dice, [shape], (t, v) => t.Permute(v[0], order), v => NaiveLayers.Permute(v[0], shape, order));
        var selection = dice.Selection(shape.Row);
        var map = selection.Map.ToArray();
        Holds(dice, [shape], (t, v) => t.Select(v[0], selection),
            v => [.. v[0].Chunk(shape.RowSize).SelectMany(row => map.Select(i => i < 0 ? 0 : row[i]))]);
        var axis = dice.Int(0, shape.Rank - 1);
        var lengths = shape.ToArray();
        lengths[axis] = dice.Int(1, 3);
        var other = Shape.From(lengths);
        var outer = lengths.Take(axis).Aggregate(1, (n, length) => n * length);
        Holds(dice, [shape, other], (t, v) => t.Join([v[0], v[1]], axis), v =>
            [.. Enumerable.Range(0, outer).SelectMany(i => v.SelectMany(part => part.Chunk(part.Length / outer).ElementAt(i)))]);
    }, tests: 25);

    [Fact]
    public void Convolutions_and_transposed_ones() => Check.Property(dice =>
    {
        var groups = dice.Int(1, 2);
        Shape xs = [dice.Int(1, 2), groups * dice.Int(1, 2), dice.Int(3, 7), dice.Int(3, 7)];
        var window = dice.Window(xs[2], xs[3]);
        Shape ws = [groups * dice.Int(1, 3), xs[1] / groups, window.Height, window.Width];
        Holds(dice, [xs, ws], (t, v) => t.Conv(v[0], v[1], window, groups), v => NaiveLayers.Conv(v[0], xs, v[1], ws, window, groups));
        Shape ys = [xs[0], ws[0], window.OutHeight(xs[2]), window.OutWidth(xs[3])];
        Holds(dice, [ys, ws], (t, v) => t.TransposedConv(v[0], v[1], window, groups, xs[2], xs[3]), v =>
        {
            var y = new double[xs.Count];
            NaiveLayers.Correlate(xs, ws, window, groups, (i, j, k) => y[i] += v[0][k] * v[1][j]);
            return y;
        });
    }, tests: 20);

    [Fact]
    public void Poolings() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(1, 2), dice.Int(1, 2), dice.Int(3, 7), dice.Int(3, 7)];
        var window = dice.Window(xs[2], xs[3], pooling: true);
        // All unlike, and by more than a step.
        float[][] x = [[.. dice.Order(xs.Count).Select(i => i * 0.01f)]];
        Holds(dice, [xs], (t, v) => t.MaxPool(v[0], window), v => NaiveLayers.MaxPool(v[0], xs, window), x);
        Holds(dice, [xs], (t, v) => t.AveragePool(v[0], window, false), v => NaiveLayers.AveragePool(v[0], xs, window, false));
        Holds(dice, [xs], (t, v) => t.AveragePool(v[0], window, true), v => NaiveLayers.AveragePool(v[0], xs, window, true));
    }, tests: 25);

    [Fact]
    public void Batch_normalisation() => Check.Property(dice =>
    {
        Shape xs = dice.Coin() ? [dice.Int(3, 9), dice.Int(1, 3)] : [dice.Int(2, 4), dice.Int(1, 3), dice.Int(2, 5), dice.Int(1, 5)];
        Holds(dice, [xs, [xs[1]], [xs[1]]], (t, v) => t.BatchNorm(v[0], v[1], v[2], 0.1f).Output,
            v => NaiveLayers.BatchNorm(v[0], xs, v[1], v[2], 0.1f));
    }, tests: 25);

    [Fact]
    public void Products_of_many_matrices_and_shares() => Check.Property(dice =>
    {
        var (b, m, k, n) = (dice.Int(1, 3), dice.Int(1, 6), dice.Int(1, 6), dice.Int(1, 6));
        Holds(dice, [[b, m, k], [b, k, n]], (t, v) => t.MatMul(v[0], v[1]), v =>
            [.. Enumerable.Range(0, b)
                .SelectMany(
                    i => Naive.MatMul([.. v[0].Chunk(m * k).ElementAt(i)], [.. v[1].Chunk(k * n).ElementAt(i)], m, k, n, false, false))]);
        Holds(dice, [[m, k]], (t, v) => t.Softmax(v[0]), v => Naive.Softmax(v[0], k));
        Holds(dice, [[m, k]], (t, v) => t.LogSoftmax(v[0]), v => [.. Naive.Softmax(v[0], k).Select(p => Math.Log(p))]);
    }, tests: 25);
}
