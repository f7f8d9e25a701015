using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

/// <summary>A block that is computed again only where its input has changed.</summary>
public sealed class ConvWindowTests
{
    [Fact]
    public void A_window_computed_anew_has_the_bits_of_the_whole_block() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(0, 6), dice.Of(1, 3, dice.Int(1, 20), 32), dice.Int(1, 15), dice.Int(1, 35)];
        Shape ws = [dice.Of(16, 32, dice.Int(1, 40), 67), xs[1], 3, 3];
        var (x, w, b) = (dice.Floats(xs), dice.Floats(ws), dice.Floats(ws[0]));
        // Blank images are passed over, unless a weight is no number.
        if (dice.Coin()) Array.Clear(x);
        if (dice.Int(0, 3) == 0) w[dice.Int(0, w.Length - 1)] = dice.Of(float.NaN, float.PositiveInfinity);
        if (dice.Int(0, 3) == 0) b[dice.Int(0, b.Length - 1)] = dice.Of(float.NaN, -0f);
        var (after, changed) = Changed(dice, x, xs);
        foreach (var kernels in KernelSet.Available)
        {
            using var device = new CpuDevice(kernels, threads: dice.Of(1, 2));
            using var scope = device.Scope();
            var (weight, bias) = (device.Upload(w, ws), device.Upload(b, [ws[0]]));
            var (before, now) = (device.Upload(x, xs), device.Upload(after, xs));
            var (expected, output) = (device.ConvReluPool(now, weight, bias).Output, device.ConvReluPool(before, weight, bias).Output);
            var reached = device.ConvReluPoolInto(output, now, weight, bias, changed);
            Check.SameBits(expected.ToArray(), output.ToArray());
            // And nothing else is touched: what was there stays, outside of the rectangles that are named.
            var marked = device.Full(expected.Shape, 7);
            Assert.Equal(reached, device.ConvReluPoolInto(marked, now, weight, bias, changed));
            var touched = device.Full(expected.Shape, 7);
            device.CopyWindowsInto(touched, expected, reached);
            Check.SameBits(touched.ToArray(), marked.ToArray());
        }
    }, tests: 150);

    [Fact]
    public void Windows_of_a_block_behind_a_block_have_the_bits_of_both() => Check.Property(dice =>
    {
        Shape xs = [dice.Int(1, 9), 1, 28, 28], first = [16, 1, 3, 3], second = [32, 16, 3, 3];
        var (x, w1, w2) = (dice.Floats(xs), dice.Floats(first), dice.Floats(second));
        var (after, changed) = Changed(dice, x, xs);
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var (a, b, one, other) = (device.Upload(w1, first), device.Zeros([16]), device.Upload(w2, second), device.Zeros([32]));
            var (middle, last) = Blocks(device.Upload(x, xs));
            var (wantedMiddle, wantedLast) = Blocks(device.Upload(after, xs));
            var reached = device.ConvReluPoolInto(middle, device.Upload(after, xs), a, b, changed);
            device.ConvReluPoolInto(last, middle, one, other, reached);
            Check.SameBits(wantedMiddle.ToArray(), middle.ToArray());
            Check.SameBits(wantedLast.ToArray(), last.ToArray());

            (Tensor, Tensor) Blocks(Tensor images)
            {
                var pooled = device.ConvReluPool(images, a, b).Output;
                return (pooled, device.ConvReluPool(pooled, one, other).Output);
            }
        }
    }, tests: 20);

    [Fact]
    public void Where_two_images_differ_is_the_smallest_rectangle_that_holds_all_bits_that_do() => Check.Property(dice =>
    {
        var (channels, height, width) = (dice.Int(1, 3), dice.Int(1, 8), dice.Int(1, 40));
        var before = dice.Floats(channels * height * width);
        var after = before.ToArray();
        List<(int Y, int X)> places = [];
        for (var i = dice.Int(0, 4); i > 0; i--)
        {
            var at = dice.Int(0, after.Length - 1);
            if (after[at] != before[at]) continue;
            // Bits count: 0 and -0 are two numbers, for a division tells them apart.
            (before[at], after[at]) = dice.Coin() ? (0f, -0f) : (before[at], before[at] + 1);
            places.Add((at / width % height, at % width));
        }

        var expected = places.Count == 0 ? default : new PixelWindow(
            places.Min(p => p.Y), places.Min(p => p.X), places.Max(p => p.Y) + 1, places.Max(p => p.X) + 1);
        Assert.Equal(expected, PixelWindow.Differing(before, after, height, width));
    });

    [Fact]
    public void Rectangles_that_do_not_fit_the_images_are_refused()
    {
        using var device = new CpuDevice();
        using var scope = device.Scope();
        var (x, w, b, y) = (device.Zeros([1, 1, 4, 4]), device.Zeros([2, 1, 3, 3]), device.Zeros([2]), device.Zeros([1, 2, 2, 2]));
        Assert.Throws<ArgumentException>(() => device.ConvReluPoolInto(y, x, w, b, [new(0, 0, 5, 1)]));
        Assert.Throws<ArgumentException>(() => device.ConvReluPoolInto(y, x, w, b, [new(-1, 0, 1, 1)]));
        Assert.Throws<ArgumentException>(() => device.ConvReluPoolInto(y, x, w, b, []));
        Assert.Throws<ArgumentException>(() => device.ConvReluPoolInto(x, x, w, b, [default]));
        Assert.Throws<ArgumentException>(() => device.CopyWindowsInto(y, y, [new(0, 0, 1, 3)]));
        Assert.Throws<ArgumentException>(() => device.CopyWindowsInto(y, x, [default]));
    }

    /// <summary>The images with other numbers in a rectangle of each, or in none, or all over.</summary>
    static (float[] After, PixelWindow[] Changed) Changed(Dice dice, float[] images, Shape shape)
    {
        var (after, changed) = (images.ToArray(), new PixelWindow[shape[0]]);
        var (channels, height, width) = (shape[1], shape[2], shape[3]);
        for (var i = 0; i < changed.Length; i++)
        {
            var (top, left) = (dice.Int(0, height - 1), dice.Int(0, width - 1));
            var window = changed[i] = dice.Int(0, 5) switch
            {
                0 => default,
                1 => new(0, 0, height, width),
                _ => new(top, left, dice.Int(top + 1, height), dice.Int(left + 1, width)),
            };
            for (var c = 0; c < channels; c++)
                for (var y = window.Top; y < window.Bottom; y++)
                    for (var x = window.Left; x < window.Right; x++)
                        after[((i * channels + c) * height + y) * width + x] = dice.Of(0, dice.Float(-1, 1));
        }

        return (after, changed);
    }
}
