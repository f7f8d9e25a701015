using Grid.Compute;
using Grid.Compute.Tests;

namespace Grid.Torch.Tests;

public sealed class ElementwiseTests
{
    static float[] Wild(Dice dice, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        dice.Int(0, 9) switch
        {
        0 => float.NaN,
        1 => 0,
        2 => float.PositiveInfinity,
        3 => float.NegativeInfinity,
        4 => 1,
        _ => dice.Float(-3, 3)
        })];

    [Fact]
    public void Functions_of_one_variable_agree_with_NaN_and_infinities_too() => Pair.Property(dice =>
    {
        Shape shape = [dice.Int(0, 7), dice.Int(1, 30)];
        var x = Wild(dice, shape.Count);
        foreach (var operation in Enum.GetValues<Unary>())
            Pair.Agree(device => device.Apply(operation, device.Upload(x, shape)), 2e-6);
        Pair.Agree(device => device.Clamp(device.Upload(x, shape), -0.5f, 1.5f), 0);
        foreach (var (scale, offset) in new[] { (1f, 0f), (0.3f, 0f), (1f, 2f), (-0.3f, 2f) })
            Pair.Agree(device => device.Affine(device.Upload(x, shape), scale, offset), 1e-6);
    });

    [Fact]
    public void Functions_of_two_variables_agree_with_NaN_and_infinities_too() => Pair.Property(dice =>
    {
        Shape shape = [dice.Int(0, 7), dice.Int(1, 30)];
        var (x, y, mask) = (Wild(dice, shape.Count), Wild(dice, shape.Count), Pair.Labels(dice, shape.Count, 3));
        foreach (var operation in Enum.GetValues<Binary>())
            Pair.Agree(device => device.Combine(operation, device.Upload(x, shape), device.Upload(y, shape)), 1e-6);
        Pair.Agree(device => device.AddScaled(device.Upload(x, shape), device.Upload(y, shape), 0.7f), 1e-6);
        Pair.Agree(device => device.Where(device.Upload(mask, shape), device.Upload(x, shape), device.Upload(y, shape)), 0);
        Pair.Agree(device =>
            device.Where(device.Upload(mask.AsSpan(0, shape[0]), [shape[0]]), device.Upload(x, shape), device.Upload(y, shape)), 0);
    });

    [Fact]
    public void Shapes_that_libtorch_would_stretch_are_refused()
    {
        using var scope = Pair.Torch.Scope();
        var (a, row, one) = (Pair.Torch.Zeros([3, 3]), Pair.Torch.Zeros([1, 3]), Pair.Torch.Zeros([1]));
        Assert.Throws<ArgumentException>(() => Pair.Torch.Combine(Binary.Add, a, row));
        Assert.Throws<ArgumentException>(() => Pair.Torch.AddScaled(a, row, 1));
        Assert.Throws<ArgumentException>(() => Pair.Torch.CopyInto(a, row));
        Assert.Throws<ArgumentException>(() => Pair.Torch.Where(one, a, a));
        Assert.Throws<ArgumentException>(() => Pair.Torch.ScaleRows(a, one));
        Assert.Throws<ArgumentException>(() => Pair.Torch.AddToRows(a, one));
        Assert.Throws<ArgumentException>(() => Pair.Torch.DescendInto(a, row, null, 1, 0));
        Assert.Throws<ArgumentException>(() => Pair.Torch.Combine(Binary.Add, a, Pair.Managed.Zeros([3, 3])));
    }
}
