using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

public sealed class LayersTests
{
    static readonly CpuDevice Device = new();

    [Fact]
    public void Convolutions_of_any_stride_padding_dilation_and_groups_equal_the_naive_ones() => Check.Property(dice =>
    {
        var groups = dice.Int(1, 3);
        Shape xs = [dice.Int(1, 3), groups * dice.Int(1, 3), dice.Int(1, 9), dice.Int(1, 12)];
        var window = dice.Coin() ? dice.Window(xs[2], xs[3]) : dice.WideWindow(xs[2], xs[3]);
        Shape ws = [groups * dice.Int(1, 6), xs[1] / groups, window.Height, window.Width];
        var (x, w) = (dice.Floats(xs), dice.Floats(ws));
        var expected = NaiveLayers.Conv(Check.Wide(x), xs, Check.Wide(w), ws, window, groups);
        var g = dice.Floats(expected.Length);
        var (byX, byWeight) = (new double[x.Length], new double[w.Length]);
        NaiveLayers.Correlate(xs, ws, window, groups, (i, j, k) =>
        {
            byX[i] += (double)g[k] * w[j];
            byWeight[j] += (double)g[k] * x[i];
        });
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (dx, dw) = (device.Upload(x, xs), device.Upload(w, ws));
            var y = device.Conv(dx, dw, window, groups);
            Check.Close(expected, y);
            var dg = device.Upload(g, y.Shape);
            Check.Close(byX, device.ConvInputGradient(dg, dw, window, groups, xs));
            Check.Close(byWeight, device.ConvWeightGradient(dg, dx, window, groups, ws), 1e-4);
        }
    });

    [Fact]
    public void Pooling_equals_the_naive_one() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        Shape xs = [dice.Int(1, 3), dice.Int(1, 3), dice.Int(1, 9), dice.Int(1, 12)];
        var window = dice.Coin() ? dice.Window(xs[2], xs[3], pooling: true) : dice.WideWindow(xs[2], xs[3], pooling: true);
        var x = dice.Floats(xs);
        var dx = Device.Upload(x, xs);
        Check.Close(NaiveLayers.MaxPool(Check.Wide(x), xs, window), Device.MaxPool(dx, window).Output);
        Check.Close(NaiveLayers.AveragePool(Check.Wide(x), xs, window, false), Device.AveragePool(dx, window, false));
        Check.Close(NaiveLayers.AveragePool(Check.Wide(x), xs, window, true), Device.AveragePool(dx, window, true));
    });

    public static TheoryData<Window> ImpossibleWindows => new(
        from length in new[] { 0, -1, int.MinValue, int.MaxValue, (1 << 20) + 1 }
        from window in new Window[]
        {
            new(1) { DownStride = length }, new(1) { AcrossStride = length },
            new(1) { DownDilation = length }, new(1) { AcrossDilation = length },
            new(2) { DownDilation = length }, new(2) { AcrossDilation = length }, new Window(1).WithPadding(length > 0 ? length : -1),
            new(1) { Left = length > 0 ? length : -1, AcrossStride = length },
        }
        select window);

    [Theory, MemberData(nameof(ImpossibleWindows))]
    public void A_window_of_impossible_lengths_is_refused(Window window)
    {
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (x, w) = (device.Full([1, 2, 6, 6], 1), device.Full([3, 2, window.Height, window.Width], 1));
            Assert.Throws<ArgumentException>(() => device.Conv(x, w, window));
            Assert.Throws<ArgumentException>(() => device.MaxPool(x, window));
            Assert.Throws<ArgumentException>(() => device.AveragePool(x, window, countPadding: true));
        }
    }

    [Fact]
    public void Padding_whose_planes_no_array_can_hold_is_refused()
    {
        using var scope = Device.Scope();
        var (x, w) = (Device.Full([1, 1, 2, 2], 1), Device.Full([1, 1, 1, 1], 1));
        Assert.Throws<ArgumentException>(() => Device.Conv(x, w, new Window(1).WithPadding(1 << 20)));
        // One place, and a frame beyond all bounds.
        Assert.Throws<ArgumentException>(() => Device.Conv(x, w, new Window(1).WithPadding(1 << 19).WithStride(1 << 20)));
    }

    [Fact]
    public void A_shape_whose_count_passes_64_bits_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Shape.From([int.MaxValue, int.MaxValue, 4]));
        Assert.ThrowsAny<ArgumentException>(() => Shape.From([1 << 30, 1 << 30, 16]));
        Assert.Equal(0, Shape.From([1 << 30, 1 << 30, 0]).Count);
    }

    [Fact]
    public void Of_equals_in_a_window_the_first_in_row_order_gets_the_gradient()
    {
        using var scope = Device.Scope();
        var x = Device.Upload([1, 3, 3, 3, 2, 2, 2, 2, 2], [1, 1, 3, 3]);
        var (y, winners) = Device.MaxPool(x, new Window(2));
        Assert.Equal([3, 3, 3, 2], y.ToArray());
        Assert.Equal([1, 1, 3, 4], winners.ToArray());
        Assert.Equal([0, 2, 0, 1, 1, 0, 0, 0, 0], Device.MaxPoolGradient(Device.Full(y.Shape, 1), winners, x.Shape).ToArray());
    }

    [Fact]
    public void What_is_no_number_wins_a_window()
    {
        using var scope = Device.Scope();
        Assert.Equal([float.NaN], Device.MaxPool(Device.Upload([1, float.NaN, 3, 4], [1, 1, 2, 2]), new Window(2)).Output.ToArray());
    }

    [Fact]
    public void Batch_norm_with_ReLU_behind_it_has_the_bits_of_both() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        Shape xs = [dice.Int(1, 5), dice.Int(1, 3), dice.Int(1, 7), dice.Int(1, 9)], channels = [xs[1]];
        Tensor[] values =
        [
            Device.Upload(dice.Floats(xs), xs), Device.Upload(dice.Floats(channels), channels),
            Device.Upload(dice.Floats(channels), channels), Device.Upload(dice.Floats(xs), xs),
        ];
        foreach (var (one, both) in Run((t, v) => t.BatchNorm(v[0], v[1], v[2], 0.1f, relu: true).Output)
            .Zip(Run((t, v) => t.Relu(t.BatchNorm(v[0], v[1], v[2], 0.1f).Output)))) Check.SameBits(both, one);

        float[][] Run(Func<Tape, Variable[], Variable> taped)
        {
            var tape = new Tape(Device);
            Variable[] variables = [.. values.Take(3).Select(Tape.Watch)];
            var y = taped(tape, variables);
            return [y.Value.ToArray(), .. tape.Gradients(y, variables, values[3]).Select(g => g.ToArray())];
        }
    });

    [Fact]
    public void Broadcast_operators_and_their_sums_equal_the_naive_ones() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var shape = dice.Shape(dice.Int(1, 5));
        var (sa, sb) = (dice.Narrowed(shape), dice.Narrowed(shape));
        float[] a = [.. dice.Floats(sa).Select(v => v + 2)], b = [.. dice.Floats(sb).Select(v => v + 2)];
        (Binary, Func<double, double, double>)[] operators =
        [
            (Binary.Add, (x, y) => x + y), (Binary.Subtract, (x, y) => x - y), (Binary.Multiply, (x, y) => x * y),
            (Binary.Divide, (x, y) => x / y),
            (Binary.Minimum, Math.Min), (Binary.Maximum, Math.Max), (Binary.Greater, (x, y) => x > y ? 1 : 0),
            (Binary.Equal, (x, y) => x == y ? 1 : 0),
        ];
        foreach (var (operation, f) in operators)
            Check.Close(NaiveLayers.Broadcast(Check.Wide(a), sa, Check.Wide(b), sb, f),
                Device.Broadcast(operation, Device.Upload(a, sa), Device.Upload(b, sb)));
        var x = dice.Floats(shape);
        Check.Close(NaiveLayers.SumTo(Check.Wide(x), shape, sa), Device.SumTo(Device.Upload(x, shape), sa), 2e-5);
    });

    [Fact]
    public void Permuting_selecting_and_joining_put_every_element_in_its_place() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var shape = dice.Shape(dice.Int(1, 5), dice.Of(5, 17));
        while (shape.Count > 20_000) shape = dice.Shape(shape.Rank);
        var (x, order) = (dice.Floats(shape), dice.Order(shape.Rank));
        var a = Device.Upload(x, shape);
        Check.SameBits(Array.ConvertAll(NaiveLayers.Permute(Check.Wide(x), shape, order), v => (float)v),
            Device.Permute(a, order).ToArray());

        var selection = dice.Selection(shape.Row);
        var map = selection.Map.ToArray();
        Check.SameBits([.. x.Chunk(shape.RowSize).SelectMany(row => map.Select(i => i < 0 ? 0 : row[i]))],
            Device.Select(a, selection).ToArray());
        var g = dice.Floats(shape[0] * map.Length);
        var back = new double[x.Length];
        for (var i = 0; i < g.Length; i++)
            if (map[i % map.Length] is >= 0 and var j) back[i / map.Length * shape.RowSize + j] += g[i];
        Check.Close(back, Device.Deselect(Device.Upload(g, selection.Output.Times(shape[0])), selection));

        var axis = dice.Int(0, shape.Rank - 1);
        var parts = Enumerable.Range(0, dice.Int(1, 3)).Select(_ => dice.Int(1, 4)).Select(length =>
        {
            var lengths = shape.ToArray();
            lengths[axis] = length;
            return (Shape: Shape.From(lengths), Values: dice.Floats(Shape.From(lengths)));
        }).ToArray();
        var outer = shape.ToArray().Take(axis).Aggregate(1, (n, length) => n * length);
        Check.SameBits(
            [.. Enumerable.Range(0, outer).SelectMany(i => parts.SelectMany(p => p.Values.Chunk(p.Values.Length / outer).ElementAt(i)))],
            Device.Join([.. parts.Select(p => Device.Upload(p.Values, p.Shape))], axis).ToArray());
    }, tests: 40);

    [Fact]
    public void Batch_normalisation_equals_the_naive_one() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        Shape xs = dice.Coin() ? [dice.Int(2, 20), dice.Int(1, 4)] : [dice.Int(1, 4), dice.Int(1, 3), dice.Int(2, 6), dice.Int(1, 9)];
        float[] x = [.. dice.Floats(xs).Select(v => v + 5)], scale = dice.Floats(xs[1]), offset = dice.Floats(xs[1]);
        var (y, statistics) = Device.BatchNorm(Device.Upload(x, xs), Device.Upload(scale, [xs[1]]), Device.Upload(offset, [xs[1]]), 1e-3f);
        Check.Close(NaiveLayers.BatchNorm(Check.Wide(x), xs, Check.Wide(scale), Check.Wide(offset), 1e-3), y, 1e-4);
        Assert.Equal(x.Where((_, i) => i / (xs.Count / xs[0] / xs[1]) % xs[1] == 0).Average(), statistics.ToArray()[0], 1e-5);
    });

    [Fact]
    public void Erf_is_right_to_three_ten_millionths()
    {
        using var scope = Device.Scope();
        // Abramowitz and Stegun, table 7.1.
        float[] x = [0, 0.1f, 0.5f, 0.9f, 1, 1.1f, 1.5f, 2, 3, 5];
        double[] expected = [0, 0.1124629160, 0.5204998778, 0.7969082124, 0.8427007929, 0.8802050696, 0.9661051465,
            0.9953222650, 0.9999779095, 1];
        Check.Close(expected, Device.Apply(Unary.Erf, Device.Upload(x, [x.Length])), 3e-7);
        Check.Close(Array.ConvertAll(expected, e => -e),
            Device.Apply(Unary.Erf, Device.Upload(Array.ConvertAll(x, v => -v), [x.Length])), 3e-7);
        Assert.Equal([float.NaN], Device.Apply(Unary.Erf, Device.Full([1], float.NaN)).ToArray());
    }

    [Fact]
    public void A_row_of_a_batch_does_not_depend_on_its_neighbours() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        Shape xs = [4, 2, 7, 6], ws = [4, 1, 3, 3];
        var (x, w, window) =
            (Device.Upload(dice.Floats(xs), xs), Device.Upload(dice.Floats(ws), ws), new Window(3).WithStride(2).WithPadding(1));
        int[] rows = [2];
        foreach (var f in new Func<Tensor, Tensor>[]
        {
            t => Device.Conv(t, w, window, 2), t => Device.MaxPool(t, window).Output, t => Device.AveragePool(t, window, true),
            t => Device.Broadcast(Binary.Multiply, t, Device.Full([2, 1, 1], 0.3f)), t => Device.SumTo(t, [t.Shape[0], 2, 1, 1]),
            t => Device.Permute(t, [0, 3, 1, 2]),
        })
            Check.SameBits(Device.GatherRows(f(x), rows).ToArray(), f(Device.GatherRows(x, rows)).ToArray());
    }, tests: 5);

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = Device.Scope();
        var x = Device.Zeros([1, 3, 4, 4]);
        Assert.Throws<ArgumentException>(() => Device.Conv(x, Device.Zeros([2, 3, 5, 5]), new Window(5)));
        Assert.Throws<ArgumentException>(() => Device.Conv(x, Device.Zeros([2, 1, 1, 1]), new Window(1), 2));
        Assert.Throws<ArgumentException>(() => Device.MaxPool(x, new Window(5)));
        Assert.Throws<ArgumentException>(() => Device.Broadcast(Binary.Add, x, Device.Zeros([3])));
        Assert.Throws<ArgumentException>(() => Device.SumTo(x, [2, 1, 1]));
        Assert.Throws<ArgumentException>(() => Device.Permute(x, [0, 1, 1, 2]));
        Assert.Throws<ArgumentException>(() => Device.Join([x, Device.Zeros([1, 3, 4, 5])], 1));
        Assert.Throws<ArgumentException>(() => Device.Select(x, Selection.Along([3, 4], 1, [0])));
        Assert.Throws<ArgumentException>(() => Device.BatchNorm(x, Device.Zeros([2]), Device.Zeros([3]), 1e-5f));
    }
}
