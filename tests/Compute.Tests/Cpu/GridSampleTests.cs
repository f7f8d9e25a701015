using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

public sealed class GridSampleTests
{
    static (Shape Images, Shape Positions) Shapes(Dice dice)
    {
        Shape images = [dice.Int(0, 3), dice.Int(1, 3), dice.Int(1, 9), dice.Int(1, 9)];
        return (images, [images[0], 2, dice.Int(1, 9), dice.Int(1, 9)]);
    }

    /// <summary>Some far outside, some on the border, some at whole numbers.</summary>
    static float[] Positions(Dice dice, Shape shape) =>
        [.. Enumerable.Range(0, shape.Count)
            .Select(_ => dice.Of(dice.Float(-3, 12), dice.Int(-2, 10), dice.Of(float.NaN, 1e30f, float.NegativeInfinity, -1e-9f)))];

    [Fact]
    public void Samples_and_both_gradients_equal_the_naive_ones() => Check.Property(dice =>
    {
        var (xs, ps) = Shapes(dice);
        var (x, p) = (dice.Floats(xs), Positions(dice, ps));
        var threads = dice.Of(1, 2);
        foreach (var kernels in KernelSet.Available)
        {
            var device = new CpuDevice(kernels, threads);
            using var scope = device.Scope();
            var (images, positions) = (device.Upload(x, xs), device.Upload(p, ps));
            var sampled = device.GridSample(images, positions);
            var (expected, byImage, byPosition) = Naive.GridSample(Check.Wide(x), xs, Check.Wide(p), ps, null);
            Assert.Equal([xs[0], xs[1], ps[2], ps[3]], sampled.Shape);
            Check.Close(expected, sampled);
            var g = dice.Floats(sampled.Shape);
            (_, byImage, byPosition) = Naive.GridSample(Check.Wide(x), xs, Check.Wide(p), ps, Check.Wide(g));
            var gradient = device.Upload(g, sampled.Shape);
            Check.Close(byImage, device.GridSampleImageGradient(gradient, positions, xs));
            Check.Close(byPosition, device.GridSamplePositionGradient(gradient, images, positions));
        }
    });

    [Fact]
    public void Every_pixel_at_its_own_place_is_the_image_bit_for_bit() => Check.Property(dice =>
    {
        var device = new CpuDevice();
        using var scope = device.Scope();
        Shape shape = [dice.Int(1, 3), dice.Int(1, 3), dice.Int(1, 30), dice.Int(1, 30)];
        var x = dice.Floats(shape);
        var (h, w) = (shape[2], shape[3]);
        float[] places = [.. Enumerable.Range(0, h * w).Select(i => (float)(i / w)),
            .. Enumerable.Range(0, h * w).Select(i => (float)(i % w))];
        var positions = device.GatherRows(device.Upload(places, [1, 2, h, w]), new int[shape[0]]);
        Check.SameBits(x, device.GridSample(device.Upload(x, shape), positions).ToArray());
    });

    /// <summary>Worked by hand: half a pixel down and a quarter to the right; then half outside.</summary>
    [Fact]
    public void Rows_come_before_columns_and_outside_is_zero()
    {
        var device = new CpuDevice();
        using var scope = device.Scope();
        var x = device.Upload([0, 4, 8, 12], [1, 1, 2, 2]);
        var positions = device.Upload([0.5f, 0, -0.5f, 2, 0.25f, 1, 1, 0], [1, 2, 1, 4]);
        Assert.Equal([5, 4, 2, 0], device.GridSample(x, positions).ToArray());
    }

    [Fact]
    public void Positions_that_do_not_fit_are_refused()
    {
        var device = new CpuDevice();
        using var scope = device.Scope();
        var (x, p) = (device.Zeros([2, 1, 3, 3]), device.Zeros([2, 2, 3, 3]));
        Assert.Throws<ArgumentException>(() => device.GridSample(x, device.Zeros([1, 2, 3, 3])));
        Assert.Throws<ArgumentException>(() => device.GridSample(x, device.Zeros([2, 3, 3, 3])));
        Assert.Throws<ArgumentException>(() => device.GridSampleImageGradient(device.Zeros([2, 1, 3, 2]), p, x.Shape));
        Assert.Throws<ArgumentException>(() => device.GridSamplePositionGradient(device.Zeros([2, 2, 3, 3]), x, p));
    }
}
