namespace Grid.Compute.Tests.Cpu;

public sealed class MatMulTests
{
    [Fact]
    public void Products_equal_the_naive_ones_for_any_shape_and_transpose() => Check.Property(dice =>
    {
        // Small, and beyond the blocks of depth and width that are packed at a time.
        var (m, k, n) = (dice.Int(0, 40), dice.Of(dice.Int(0, 40), dice.Int(380, 900)), dice.Of(dice.Int(0, 150), dice.Int(380, 900)));
        if (k > 100 && n > 200) m = dice.Int(1, 9);
        var (ta, tb) = (dice.Coin(), dice.Coin());
        var (a, b) = (dice.Floats(m * k), dice.Floats(k * n));
        var expected = Naive.MatMul(Check.Wide(a), Check.Wide(b), m, k, n, ta, tb);
        foreach (var device in Check.Devices())
        {
            using var scope = device.Scope();
            var x = device.Upload(a, ta ? [k, m] : [m, k]);
            var y = device.Upload(b, tb ? [n, k] : [k, n]);
            Check.Close(expected, device.MatMul(x, y, ta, tb), 1e-4);
        }
    }, tests: 30);
}
