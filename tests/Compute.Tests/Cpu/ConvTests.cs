using Grid.Compute.Cpu.Convolution;

namespace Grid.Compute.Tests.Cpu;

public sealed class ConvTests
{
    [Fact]
    public void Convolution_and_both_its_gradients_equal_the_naive_ones() => Check.Property(dice =>
    {
        var (k, padding) = (dice.Int(1, 5), dice.Int(0, 3));
        var least = Math.Max(1, k - 2 * padding);
        Shape xs = [dice.Int(0, 4), dice.Int(1, 5), least + dice.Int(0, 9), least + dice.Int(0, 20)];
        Shape ws = [dice.Int(1, 20), xs[1], k, k];
        var (x, w) = (dice.Floats(xs), dice.Floats(ws));
        var expected = Naive.Conv(Check.Wide(x), xs, Check.Wide(w), ws, padding);
        var g = dice.Floats(expected.Length);
        var (wx, ww, wg) = (Check.Wide(x), Check.Wide(w), Check.Wide(g));
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (dx, dw) = (device.Upload(x, xs), device.Upload(w, ws));
            var y = device.Conv(dx, dw, padding);
            Check.Close(expected, y);
            var dg = device.Upload(g, y.Shape);
            Check.Close(Naive.ConvInputGradient(wg, ww, xs, ws, padding), device.ConvInputGradient(dg, dw, padding, xs));
            Check.Close(Naive.ConvWeightGradient(wg, wx, xs, ws, padding), device.ConvWeightGradient(dg, dx, padding, ws), 1e-4);
        }
    });

    [Fact]
    public void Fused_block_and_all_its_gradients_equal_the_naive_ones() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(0, 3), dice.Of(1, 3, dice.Int(1, 20), 32), dice.Int(1, 11), dice.Int(1, 19)];
        Shape ws = [dice.Of(16, 32, dice.Int(1, 40), 67), xs[1], 3, 3];
        var (x, w, b) = (dice.Floats(xs), dice.Floats(ws), dice.Floats(ws[0]));
        if (dice.Coin()) Blank(x, xs, dice.Int(0, xs[2]), dice.Int(0, xs[3]), 0);
        var (wx, ww) = (Check.Wide(x), Check.Wide(w));
        var (expected, winners, margin) = Naive.ConvReluPool(wx, xs, ww, ws, Check.Wide(b));
        if (margin < 1e-5) return;
        var g = dice.Floats(expected.Length);
        var dense = Naive.Unpool(Check.Wide(g), winners, xs[0] * ws[0] * xs[2] * xs[3]);
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (dx, dw, db) = (device.Upload(x, xs), device.Upload(w, ws), device.Upload(b, [ws[0]]));
            var (y, won) = device.ConvReluPool(dx, dw, db);
            Assert.Equal([xs[0], ws[0], xs[2] / 2, xs[3] / 2], y.Shape);
            Check.Close(expected, y);
            var dg = device.Upload(g, y.Shape);
            Check.Close(Naive.ConvInputGradient(dense, ww, xs, ws, 1), device.ConvReluPoolInputGradient(dg, won, dw, xs));
            var (weight, bias) = device.ConvReluPoolWeightGradient(dg, won, dx, ws);
            Check.Close(Naive.ConvWeightGradient(dense, wx, xs, ws, 1), weight, 1e-4);
            var sums = new double[ws[0]];
            for (var i = 0; i < dense.Length; i++) sums[i / (xs[2] * xs[3]) % ws[0]] += dense[i];
            Check.Close(sums, bias, 1e-4);
        }
    }, tests: 40);

    [Fact]
    public void Weight_gradients_of_batches_of_many_chunks_equal_the_naive_ones() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(250, 300), dice.Of(2, 9), 4, 3], ws = [2, xs[1], 3, 3];
        var (x, w, b) = (dice.Floats(xs), dice.Floats(ws), dice.Floats(2));
        var (wx, ww) = (Check.Wide(x), Check.Wide(w));
        var (output, winners, margin) = Naive.ConvReluPool(wx, xs, ww, ws, Check.Wide(b));
        if (margin < 1e-5) return;
        var (g, h) = (dice.Floats(output.Length), dice.Floats(xs[0] * 2 * 12));
        var dense = Naive.Unpool(Check.Wide(g), winners, h.Length);
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var dx = device.Upload(x, xs);
            var (y, won) = device.ConvReluPool(dx, device.Upload(w, ws), device.Upload(b, [2]));
            var (weight, bias) = device.ConvReluPoolWeightGradient(device.Upload(g, y.Shape), won, dx, ws);
            Check.Close(Naive.ConvWeightGradient(dense, wx, xs, ws, 1), weight, 1e-4);
            Check.Close([dense.Where((_, i) => i / 12 % 2 == 0).Sum(), dense.Where((_, i) => i / 12 % 2 == 1).Sum()], bias, 1e-4);
            var general = device.ConvWeightGradient(device.Upload(h, [xs[0], 2, 4, 3]), dx, 1, ws);
            Check.Close(Naive.ConvWeightGradient(Check.Wide(h), wx, xs, ws, 1), general, 1e-4);
        }
    }, tests: 4);

    [Fact]
    public void Images_too_large_for_one_frame_are_taken_in_bands() => Check.Property(dice =>
    {
        Shape xs = [1, 8, dice.Int(40, 45), dice.Int(40, 45)], ws = [2, 8, 5, 5];
        Assert.True(new ConvShape(8, xs[2], xs[3], 2, new Window(5).WithPadding(2)).BandHeight < xs[2]);
        var (x, w, g) = (dice.Floats(xs), dice.Floats(ws), dice.Floats(2 * xs[2] * xs[3]));
        var (wx, ww, wg) = (Check.Wide(x), Check.Wide(w), Check.Wide(g));
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (dx, dw) = (device.Upload(x, xs), device.Upload(w, ws));
            var y = device.Conv(dx, dw, 2);
            Check.Close(Naive.Conv(wx, xs, ww, ws, 2), y);
            var dg = device.Upload(g, y.Shape);
            Check.Close(Naive.ConvInputGradient(wg, ww, xs, ws, 2), device.ConvInputGradient(dg, dw, 2, xs));
            Check.Close(Naive.ConvWeightGradient(wg, wx, xs, ws, 2), device.ConvWeightGradient(dg, dx, 2, ws), 1e-4);
        }
    }, tests: 2);

    [Fact]
    public void The_first_of_equal_window_entries_wins_and_nothing_at_or_below_zero_does()
    {
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            // A kernel that copies its input: the window entries are the pixels themselves.
            var identity = device.Upload([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 1, 3, 3]);
            var x = device.Upload([1, 3, 0, 0, -1, -2, 3, 2, 0, 0, -1, -3], [1, 1, 2, 6]);
            var (y, winners) = device.ConvReluPool(x, identity, device.Zeros([1]));
            Assert.Equal([3, 0, 0], y.ToArray());
            var g = device.ConvReluPoolInputGradient(device.Full([1, 1, 1, 3], 1), winners, identity, x.Shape);
            Assert.Equal([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], g.ToArray());
        }
    }

    [Fact]
    public void What_is_no_number_shows_in_every_window_that_sees_it()
    {
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            for (var at = 0; at < 16; at++)
            {
                var x = new float[16];
                x[at] = float.NaN;
                var identity = device.Upload([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 1, 3, 3]);
                var (y, _) = device.ConvReluPool(device.Upload(x, [1, 1, 4, 4]), identity, device.Full([1], 1));
                Assert.Contains(float.NaN, y.ToArray());
            }
        }
    }

    [Fact]
    public void Passing_over_blank_areas_changes_no_bit() => Check.Property(dice =>
    {
        Shape xs = [2, dice.Int(1, 9), dice.Int(2, 12), dice.Int(2, 20)], ws = [dice.Int(1, 20), xs[1], 3, 3];
        var (x, w, b) = (dice.Floats(xs), dice.Floats(ws), dice.Floats(ws[0]));
        var (height, width) = (dice.Int(1, xs[2]), dice.Int(1, xs[3]));
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (weight, bias) = (device.Upload(w, ws), device.Upload(b, [ws[0]]));
            Blank(x, xs, height, width, 0);
            var (y, winners) = device.ConvReluPool(device.Upload(x, xs), weight, bias);
            // Minus 0 is not passed over, and adds the same.
            Blank(x, xs, height, width, -0f);
            var (same, sameWinners) = device.ConvReluPool(device.Upload(x, xs), weight, bias);
            Check.SameBits(same.ToArray(), y.ToArray());
            Check.SameBits(sameWinners.ToArray(), winners.ToArray());
        }
    });

    [Fact]
    public void An_infinite_weight_shows_in_blank_areas_too()
    {
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var weight = device.Upload([0, 0, 0, 0, float.PositiveInfinity, 0, 0, 0, 0], [1, 1, 3, 3]);
            var (y, _) = device.ConvReluPool(device.Zeros([1, 1, 4, 4]), weight, device.Zeros([1]));
            Assert.All(y.ToArray(), value => Assert.Equal(float.NaN, value));
        }
    }

    /// <summary>Overwrites the upper left corner of every plane.</summary>
    static void Blank(float[] images, Shape shape, int height, int width, float value)
    {
        for (var i = 0; i < images.Length; i++)
            if (i % shape[3] < width && i / shape[3] % shape[2] < height) images[i] = value;
    }

    [Fact]
    public void Winners_are_rows_like_any_other_tensor() => Check.Property(dice =>
    {
        Shape xs = [3, dice.Int(1, 3), dice.Int(2, 9), dice.Int(2, 9)];
        Shape ws = [dice.Int(1, 20), xs[1], 3, 3];
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var weight = device.Upload(dice.Floats(ws), ws);
            var (y, winners) = device.ConvReluPool(device.Upload(dice.Floats(xs), xs), weight, device.Zeros([ws[0]]));
            var g = device.Upload(dice.Floats(y.Shape), y.Shape);
            var all = device.ConvReluPoolInputGradient(g, winners, weight, xs);
            int[] rows = [2, 0];
            var some =
                device.ConvReluPoolInputGradient(device.GatherRows(g, rows), device.GatherRows(winners, rows), weight, xs.WithRows(2));
            Check.SameBits(device.GatherRows(all, rows).ToArray(), some.ToArray());
        }
    });
}
