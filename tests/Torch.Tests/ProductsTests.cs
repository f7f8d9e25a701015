using Grid.Compute;

namespace Grid.Torch.Tests;

public sealed class ProductsTests
{
    [Fact]
    public void Matrix_products_agree_in_every_orientation() => Pair.Property(dice =>
    {
        var (m, k, n) = (dice.Int(1, 60), dice.Int(1, 90), dice.Int(1, 60));
        var (a, b) = (dice.Floats(m * k), dice.Floats(k * n));
        foreach (var (ta, tb) in new[] { (false, false), (false, true), (true, false), (true, true) })
            Pair.Agree(device => device.MatMul(device.Upload(a, ta ? [k, m] : [m, k]), device.Upload(b, tb ? [n, k] : [k, n]), ta, tb));
        Assert.Throws<ArgumentException>(() => Pair.Torch.MatMul(Pair.Torch.Zeros([2, 3]), Pair.Torch.Zeros([2, 3])));
    });

    [Fact]
    public void Convolution_and_both_its_gradients_agree() => Pair.Property(dice =>
    {
        var (k, padding) = (dice.Int(1, 5), dice.Int(0, 3));
        var least = Math.Max(1, k - 2 * padding);
        Shape xs = [dice.Int(1, 4), dice.Int(1, 5), least + dice.Int(0, 9), least + dice.Int(0, 20)], ws = [dice.Int(1, 20), xs[1], k, k];
        var (x, w) = (dice.Floats(xs), dice.Floats(ws));
        var shape = Pair.Managed.Conv(Pair.Managed.Upload(x, xs), Pair.Managed.Upload(w, ws), padding).Shape;
        var g = dice.Floats(shape);
        Pair.Agree(device => device.Conv(device.Upload(x, xs), device.Upload(w, ws), padding));
        Pair.Agree(device => device.ConvInputGradient(device.Upload(g, shape), device.Upload(w, ws), padding, xs));
        Pair.Agree(device => device.ConvWeightGradient(device.Upload(g, shape), device.Upload(x, xs), padding, ws));
    });

    [Fact]
    public void The_fused_block_and_all_its_gradients_agree() => Pair.Property(dice =>
    {
        Shape xs = [dice.Int(0, 3), dice.Of(1, 3, dice.Int(1, 20), 32), dice.Int(1, 11), dice.Int(1, 19)];
        Shape ws = [dice.Of(16, dice.Int(1, 40), 67), xs[1], 3, 3], pooled = [xs[0], ws[0], xs[2] / 2, xs[3] / 2];
        // Multiples of 1/8 and sums of few of them are exact: ties fall alike, and no winner hangs on rounding.
        float[] Eighths(Shape shape) => [.. dice.Floats(shape).Select(v => MathF.Round(8 * v) / 8)];
        var (x, w, b, g) = (Eighths(xs), Eighths(ws), Eighths([ws[0]]), dice.Floats(pooled));
        var results = Array.ConvertAll(new[] { Pair.Managed, Pair.Torch }, device =>
        {
            var (dx, dw, dg) = (device.Upload(x, xs), device.Upload(w, ws), device.Upload(g, pooled));
            var (y, winners) = device.ConvReluPool(dx, dw, device.Upload(b, [ws[0]]));
            var (byWeight, byBias) = device.ConvReluPoolWeightGradient(dg, winners, dx, ws);
            return new[] { y, device.ConvReluPoolInputGradient(dg, winners, dw, xs), byWeight, byBias };
        });
        foreach (var (managed, torch) in results[0].Zip(results[1])) Pair.Agree(managed, torch);
    }, Pair.Shapes);

    [Fact]
    public void Winners_survive_what_is_done_to_the_block_meanwhile()
    {
        using var scope = Pair.Torch.Scope();
        var (x, w, b) = (Pair.Torch.Full([1, 1, 2, 2], 1), Pair.Torch.Full([1, 1, 3, 3], 1), Pair.Torch.Zeros([1]));
        var (y, winners) = Pair.Torch.ConvReluPool(x, w, b);
        Pair.Torch.CopyInto(y, Pair.Torch.Zeros(y.Shape));
        Assert.Equal([1, 1, 1, 1], Pair.Torch.ConvReluPoolInputGradient(Pair.Torch.Full(y.Shape, 1), winners, w, x.Shape).ToArray());
    }
}
