using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

/// <summary>
/// Every vector-Jacobian product on the tape against central differences of the operator, computed plainly in double precision.
/// </summary>
public sealed class TapeTests
{
    // A device is used by one thread at a time.
    [ThreadStatic]
    static CpuDevice? _device;

    static CpuDevice Device => _device ??= new();

    /// <summary>
    /// Compares the gradient of sum(seed * operator(inputs)) with respect to every input. Only a few elements of each are moved, as the
    /// plain operator runs twice for each.
    /// </summary>
    internal static void Holds(
        Dice dice, Shape[] shapes, Func<Tape, Variable[], Variable> taped, Func<double[][], double[]> plain, float[][]? inputs = null)
    {
        using var scope = Device.Scope();
        inputs ??= Array.ConvertAll(shapes, dice.Floats);
        var tape = new Tape(Device);
        var variables = shapes.Select((shape, i) => Tape.Watch(Device.Upload(inputs[i], shape))).ToArray();
        var output = taped(tape, variables);
        var wide = Array.ConvertAll(inputs, Check.Wide);
        Check.Close(plain(wide), output.Value, 2e-5);
        var seed = dice.Floats(output.Shape);
        var gradients = tape.Gradients(output, variables, Device.Upload(seed, output.Shape));
        for (var i = 0; i < shapes.Length; i++)
        {
            var gradient = gradients[i].ToArray();
            for (var trial = 0; trial < Math.Min(6, gradient.Length); trial++)
            {
                const double Step = 1e-5;
                var j = dice.Int(0, gradient.Length - 1);
                var at = wide[i][j];
                wide[i][j] = at + Step;
                var above = Dot(seed, plain(wide));
                wide[i][j] = at - Step;
                var below = Dot(seed, plain(wide));
                wide[i][j] = at;
                var difference = (above - below) / (2 * Step);
                Assert.True(Math.Abs(difference - gradient[j]) <= 1e-4 * Math.Max(1, Math.Abs(difference)),
                    $"Input {i} {shapes[i]}, element {j}: difference {difference:R}, gradient {gradient[j]:R}");
            }
        }
    }

    static double Dot(float[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    static double[] Map(double[] a, double[] b, Func<double, double, double> f) => [.. a.Zip(b, f)];

    [Fact]
    public void Elementwise() => Check.Property(dice =>
    {
        Shape shape = [dice.Int(1, 5), dice.Int(1, 20)];
        Holds(dice, [shape, shape], (t, v) => t.Add(v[0], v[1]), x => Map(x[0], x[1], (a, b) => a + b));
        Holds(dice, [shape, shape], (t, v) => t.Subtract(v[0], v[1]), x => Map(x[0], x[1], (a, b) => a - b));
        Holds(dice, [shape, shape], (t, v) => t.Multiply(v[0], v[1]), x => Map(x[0], x[1], (a, b) => a * b));
        Holds(dice, [shape], (t, v) => t.Multiply(v[0], v[0]), x => Map(x[0], x[0], (a, b) => a * b));
        Holds(dice, [shape], (t, v) => t.Affine(v[0], -1.5f, 2), x => Array.ConvertAll(x[0], a => -1.5 * a + 2));
        Holds(dice, [shape], (t, v) => t.Sigmoid(v[0]), x => Array.ConvertAll(x[0], a => 1 / (1 + Math.Exp(-a))));
        Holds(dice, [shape], (t, v) => t.Relu(v[0]), x => Array.ConvertAll(x[0], a => Math.Max(a, 0)),
            [Array.ConvertAll(dice.Floats(shape), a => a + MathF.CopySign(0.1f, a))]);
        Holds(dice, [shape], (t, v) => t.Sqrt(v[0]), x => Array.ConvertAll(x[0], Math.Sqrt), [dice.Floats(shape.Count, 0.1f, 2)]);
        Holds(dice, [shape], (t, v) => t.Reshape(v[0], [shape.Count]), x => x[0]);
        Holds(dice, [shape], (t, v) => t.SumRows(v[0]), x => [.. x[0].Chunk(shape[1]).Select(row => row.Sum())]);
    }, tests: 20);

    [Fact]
    public void Transpose() => Check.Property(dice =>
    {
        var (n, h, w) = (dice.Int(1, 3), dice.Int(1, 20), dice.Int(1, 20));
        Holds(dice, [[n, h, w]], (t, v) => t.Transpose(v[0]), x =>
            [.. from i in Enumerable.Range(0, n)
                from c in Enumerable.Range(0, w)
                from r in Enumerable.Range(0, h)
                select x[0][(i * h + r) * w + c]]);
    }, tests: 20);

    [Fact]
    public void Smaller_and_larger() => Check.Property(dice =>
    {
        Shape shape = [dice.Int(1, 5), dice.Int(1, 20)];
        // Away from ties, where there is no derivative.
        var a = dice.Floats(shape);
        float[][] inputs = [a, Array.ConvertAll(a, x => x + (dice.Coin() ? 0.1f : -0.1f))];
        Holds(dice, [shape, shape], (t, v) => t.Minimum(v[0], v[1]), x => Map(x[0], x[1], Math.Min), inputs);
        Holds(dice, [shape, shape], (t, v) => t.Maximum(v[0], v[1]), x => Map(x[0], x[1], Math.Max), inputs);
    }, tests: 20);

    [Fact]
    public void Linear() => Check.Property(dice =>
    {
        var (n, i, o) = (dice.Int(1, 20), dice.Int(1, 40), dice.Int(1, 40));
        Holds(dice, [[n, i], [o, i], [o]], (t, v) => t.Linear(v[0], v[1], v[2]), x =>
            [.. Naive.MatMul(x[0], x[1], n, i, o, false, true).Select((y, j) => y + x[2][j % o])]);
    }, tests: 20);

    [Fact]
    public void Conv() => Check.Property(dice =>
    {
        var (k, padding) = (dice.Int(1, 4), dice.Int(0, 2));
        Shape xs = [dice.Int(1, 3), dice.Int(1, 3), dice.Int(4, 8), dice.Int(4, 8)], ws = [dice.Int(1, 5), xs[1], k, k];
        Holds(dice, [xs, ws], (t, v) => t.Conv(v[0], v[1], padding), x => Naive.Conv(x[0], xs, x[1], ws, padding));
    }, tests: 15);

    [Fact]
    public void ConvReluPool() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(1, 3), dice.Of(1, 2, 9, 17), dice.Int(2, 6), dice.Int(2, 6)], ws = [dice.Int(1, 18), xs[1], 3, 3];
        float[][] inputs = [dice.Floats(xs), dice.Floats(ws), dice.Floats(ws[0])];
        // A step must not cross a kink: ties within the window, or zero.
        if (Naive.ConvReluPool(Check.Wide(inputs[0]), xs, Check.Wide(inputs[1]), ws, Check.Wide(inputs[2])).Margin < 5e-5) return;
        Holds(dice, [xs, ws, [ws[0]]], (t, v) => t.ConvReluPool(v[0], v[1], v[2]),
            x => Naive.ConvReluPool(x[0], xs, x[1], ws, x[2]).Output, inputs);
    }, tests: 20);

    [Fact]
    public void GridSample() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(1, 3), dice.Int(1, 3), dice.Int(1, 6), dice.Int(1, 6)], ps = [xs[0], 2, dice.Int(1, 6), dice.Int(1, 6)];
        // Away from whole numbers, where the slope jumps.
        float[] positions = [.. Enumerable.Range(0, ps.Count).Select(_ => dice.Int(-2, 6) + dice.Float(0.01f, 0.99f))];
        Holds(dice, [xs, ps], (t, v) => t.GridSample(v[0], v[1]), x => Naive.GridSample(x[0], xs, x[1], ps, null).Output,
            [dice.Floats(xs), positions]);
    }, tests: 20);

    [Fact]
    public void CrossEntropy() => Check.Property(dice =>
    {
        var (n, k) = (dice.Int(1, 8), dice.Int(1, 20));
        float[] labels = [.. Enumerable.Range(0, n).Select(_ => (float)dice.Int(0, k - 1))];
        Holds(dice, [[n, k]], (t, v) => t.CrossEntropy(v[0], Device.Upload(labels, [n])), x =>
            [.. x[0].Chunk(k).Select((z, i) => Math.Log(z.Sum(Math.Exp)) - z[(int)labels[i]])]);
    }, tests: 20);

    [Fact]
    public void A_straight_through_step_passes_its_gradient_unchanged()
    {
        using var scope = Device.Scope();
        var tape = new Tape(Device);
        var x = Tape.Watch(Device.Upload([0.2f, 0.7f], [2]));
        var y = tape.Affine(tape.StraightThrough(x, a => Device.Apply(Unary.Sign, a)), 3, 0);
        Assert.Equal([3, 3], y.Value.ToArray());
        Assert.Equal([3, 3], tape.Gradient(y, x).ToArray());
    }

    [Fact]
    public void What_leads_to_no_watched_variable_has_no_gradient_and_costs_none()
    {
        using var scope = Device.Scope();
        var tape = new Tape(Device);
        var (x, w) = (Tape.Watch(Device.Full([2, 3], 1)), Tape.Constant(Device.Full([4, 3], 2)));
        var b = Tape.Constant(Device.Zeros([4]));
        var y = tape.Linear(x, w, b);
        var before = Device.Pool.Outstanding;
        var gradients = tape.Gradients(y, [x, w]);
        Assert.Equal([8, 8, 8, 8, 8, 8], gradients[0].ToArray());
        Assert.Equal(new float[12], gradients[1].ToArray());
        // The seed, the one product, and the zeros.
        Assert.Equal(before + 3, Device.Pool.Outstanding);
    }
}
