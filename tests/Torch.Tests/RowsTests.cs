using Grid.Compute;

namespace Grid.Torch.Tests;

public sealed class RowsTests
{
    [Fact]
    public void Operators_on_rows_agree() => Pair.Property(dice =>
    {
        var (n, m) = (dice.Int(0, 20), dice.Int(1, 40));
        var (x, rows, row) = (dice.Floats(n * m), dice.Floats(n), dice.Floats(m));
        Pair.Agree(device => device.ScaleRows(device.Upload(x, [n, 1, m]), device.Upload(rows, [n])), 1e-6);
        Pair.Agree(device => device.AddToRows(device.Upload(x, [n, m]), device.Upload(row, [m])), 1e-6);
        Pair.Agree(device => device.SumRows(device.Upload(x, [n, m, 1])));
        Pair.Agree(device => device.SumColumns(device.Upload(x, [n, m])));
        if (n > 0) Pair.Agree(device => device.MaxRows(device.Upload(x, [n, 1, m])), 0);
        Pair.Agree(device => device.Transpose(device.Upload(x, [1, n, m])), 0);
        Pair.Agree(device => device.Reshape(device.Transpose(device.Upload(x, [n, m])), [m * n]), 0);
    });

    [Fact]
    public void The_largest_of_a_row_is_the_first_of_equals_and_NaN_before_all() => Pair.Property(dice =>
    {
        var (n, m) = (dice.Int(0, 20), dice.Int(1, 12));
        float[] x = [.. Enumerable.Range(0, n * m).Select(_ => dice.Int(0, 30) == 0 ? float.NaN : dice.Int(-2, 2))];
        Pair.Agree(device => device.ArgMax(device.Upload(x, [n, m])), 0);
    });

    [Fact]
    public void Softmax_and_cross_entropy_agree_forward_and_backward() => Pair.Property(dice =>
    {
        var (n, k, size) = (dice.Int(1, 20), dice.Int(1, 12), dice.Of(0.1f, 1, 10, 60));
        var (x, labels, g) = (dice.Floats(n * k, -size, size), Pair.Labels(dice, n, k), dice.Floats(n));
        Pair.Agree(device => device.Softmax(device.Upload(x, [n, k])));
        Pair.Agree(device => device.CrossEntropy(device.Upload(x, [n, k]), device.Upload(labels, [n])), scale: size);
        Pair.Agree(device => device.CrossEntropyGradient(device.Upload(g, [n]), device.Upload(x, [n, k]), device.Upload(labels, [n])),
            scale: 0.1);
    });

    [Fact]
    public void Rows_are_gathered_scattered_and_stacked_alike() => Pair.Property(dice =>
    {
        var (n, size) = (dice.Int(1, 9), dice.Int(1, 20));
        var (x, y) = (dice.Floats(n * size), dice.Floats(n * size));
        int[] rows = [.. Enumerable.Range(0, n).Where(_ => dice.Coin()).Reverse()];
        Pair.Agree(device => device.GatherRows(device.Upload(x, [n, size]), rows), 0);
        Pair.Agree(device => device.UploadRows(x, rows, [rows.Length, size]), 0);
        Pair.Agree(device =>
        {
            var target = device.Upload(y, [n, size]);
            device.ScatterRowsInto(target, rows, device.GatherRows(device.Upload(x, [n, size]), rows));
            return target;
        }, 0);
        Pair.Agree(device => device.Concat(device.Upload(x, [n, size]), device.Upload(y, [n, size]), device.Zeros([0, size])), 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Pair.Torch.GatherRows(Pair.Torch.Zeros([n, 2]), [n]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pair.Torch.GatherRows(Pair.Torch.Zeros([n, 2]), [-1]));
    });
}
