using Grid.Compute;
using Grid.Compute.Tests;

namespace Grid.Torch.Tests;

public sealed class ImagesTests
{
    [Fact]
    public void Median_filters_agree_for_odd_and_even_windows() => Pair.Property(dice =>
    {
        Shape shape = [dice.Int(0, 3), dice.Int(1, 3), dice.Int(1, 12), dice.Int(1, 12)];
        var (x, size) = (dice.Floats(shape), dice.Int(1, 7));
        Pair.Agree(device => device.MedianFilter(device.Upload(x, shape), size), 0);
    });

    [Fact]
    public void Grid_sampling_and_both_its_gradients_agree_at_whole_numbers_and_outside_too() => Pair.Property(dice =>
    {
        Shape xs = [dice.Int(0, 3), dice.Int(1, 3), dice.Int(1, 9), dice.Int(1, 9)], ps = [xs[0], 2, dice.Int(1, 9), dice.Int(1, 9)];
        Shape ys = [xs[0], xs[1], ps[2], ps[3]];
        var (x, p, g) = (dice.Floats(xs), Positions(dice, ps), dice.Floats(ys));
        Pair.Agree(device => device.GridSample(device.Upload(x, xs), device.Upload(p, ps)));
        Pair.Agree(device => device.GridSampleImageGradient(device.Upload(g, ys), device.Upload(p, ps), xs));
        Pair.Agree(device => device.GridSamplePositionGradient(device.Upload(g, ys), device.Upload(x, xs), device.Upload(p, ps)));
    });

    static float[] Positions(Dice dice, Shape shape) =>
        [.. Enumerable.Range(0, shape.Count)
            .Select(_ => dice.Of(dice.Float(-3, 12), dice.Int(-2, 10), dice.Of(float.NaN, 1e30f, float.NegativeInfinity, -1e-9f)))];
}
