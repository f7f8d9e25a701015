using Grid.Compute.Cpu;
using Grid.Compute.Cpu.Elementwise;

namespace Grid.Compute.Tests.Cpu;

public sealed class MedianTests
{
    [Fact]
    public void Medians_of_any_size_equal_the_naive_ones() => Check.Property(dice =>
    {
        var device = new CpuDevice(dice.Of(1, 2));
        using var scope = device.Scope();
        var (h, w, size) = (dice.Int(1, 12), dice.Int(1, 35), dice.Of(1, 2, 3, 4, 5, dice.Int(1, 14)));
        Shape shape = [dice.Int(0, 3), dice.Int(1, 3), h, w];
        // Few levels, so that there are ties.
        float[] x = dice.Coin() ? dice.Floats(shape) : [.. Enumerable.Range(0, shape.Count).Select(_ => (float)dice.Int(0, 3))];
        Check.Close(Naive.Median(Check.Wide(x), h, w, size), device.MedianFilter(device.Upload(x, shape), size), 0);
    });

    /// <summary>Worked by hand from the definition of scipy.ndimage.median_filter(x, 2).</summary>
    [Fact]
    public void An_even_window_reaches_up_and_left_repeats_the_edge_and_takes_the_upper_middle_value()
    {
        var device = new CpuDevice();
        using var scope = device.Scope();
        var x = device.Upload([0, 1, 4, 9, 5, 3, 3, 5, 9, 4, 1, 0], [1, 1, 3, 4]);
        Assert.Equal([0, 1, 4, 9, 5, 3, 3, 5, 9, 5, 3, 3], device.MedianFilter(x, 2).ToArray());
    }
}
