using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

public sealed class RowsTests
{
    static readonly CpuDevice Device = new();

    [Fact]
    public void Sums_and_scalings_of_rows_and_columns_equal_the_naive_ones() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var (n, m) = (dice.Int(0, 40), dice.Int(1, 150));
        var (x, v, s) = (dice.Floats(n * m), dice.Floats(m), dice.Floats(n));
        var a = Device.Upload(x, [n, m]);
        var (rows, columns) = (new double[n], new double[m]);
        for (var i = 0; i < x.Length; i++)
        {
            rows[i / m] += x[i];
            columns[i % m] += x[i];
        }

        Check.Close(rows, Device.SumRows(a), 2e-5);
        Check.Close(columns, Device.SumColumns(a), 2e-5);
        Assert.Equal(x.Select((u, i) => u + v[i % m]), Device.AddToRows(a, Device.Upload(v, [m])).ToArray());
        Assert.Equal(x.Select((u, i) => u * s[i / m]), Device.ScaleRows(a, Device.Upload(s, [n])).ToArray());
    });

    [Fact]
    public void The_first_of_the_largest_entries_is_found_and_NaN_is_the_largest()
    {
        using var scope = Device.Scope();
        var a = Device.Upload([1, 3, 3, 2, 5, 5, 5, 5, float.NaN, 9, 1, 1, 7, float.NaN, float.NaN, 8], [4, 4]);
        Assert.Equal([1, 0, 0, 1], Device.ArgMax(a).ToArray());
    }

    [Fact]
    public void The_largest_entry_of_each_row_is_found_whatever_its_shape() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var (n, m) = (dice.Int(0, 20), dice.Int(1, 70));
        var x = dice.Floats(2 * n * m, -3, 3);
        Assert.Equal(x.Chunk(2 * m).Select(row => row.Max()), Device.MaxRows(Device.Upload(x, [n, 2, m])).ToArray());
    });

    [Fact]
    public void Softmax_and_cross_entropy_are_right_to_a_millionth_even_for_large_logits() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var (n, k, size) = (dice.Int(0, 9), dice.Int(1, 40), dice.Of(1f, 30, 1000));
        var x = dice.Floats(n * k, -size, size);
        float[] labels = [.. Enumerable.Range(0, n).Select(_ => (float)dice.Int(0, k - 1))], g = dice.Floats(n);
        var (logits, l) = (Device.Upload(x, [n, k]), Device.Upload(labels, [n]));
        var p = Naive.Softmax(Check.Wide(x), k);
        Near(p, Device.Softmax(logits));
        var losses = new double[n];
        var gradients = new double[n * k];
        for (var row = 0; row < n; row++)
        {
            var z = x.Skip(row * k).Take(k).Select(v => (double)v).ToArray();
            var y = z[(int)labels[row]];
            losses[row] = z.Max() - y + Math.Log(z.Sum(v => Math.Exp(v - z.Max())));
            var others = z.Where((_, i) => i != (int)labels[row]).Sum(v => Math.Exp(v - z.Max())) / z.Sum(v => Math.Exp(v - z.Max()));
            for (var i = 0; i < k; i++) gradients[row * k + i] = g[row] * (i == (int)labels[row] ? -others : p[row * k + i]);
        }

        Near(losses, Device.CrossEntropy(logits, l));
        // The gradient is p - 1 in single precision, as in PyTorch, and no better than that.
        Check.Close(gradients, Device.CrossEntropyGradient(Device.Upload(g, [n]), logits, l), 2e-6);
    });

    /// <summary>To a millionth of each value, but for those that vanish beside the 1 they are the rest of.</summary>
    static void Near(double[] expected, Tensor actual)
    {
        var values = actual.ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(values[i] - expected[i]) <= 1e-6 * Math.Abs(expected[i]) + 1e-14,
                $"At {i}: expected {expected[i]:R}, got {values[i]:R}");
    }

    [Fact]
    public void The_gradient_of_a_nearly_certain_label_rounds_as_single_precision_does()
    {
        using var scope = Device.Scope();
        // The other class has e^-17.5, a fifth of the spacing of floats above 1: 1 + it is 1, so p = 1.
        var gradient = Device.CrossEntropyGradient(Device.Full([1], 1), Device.Upload([17.5f, 0], [1, 2]), Device.Zeros([1])).ToArray();
        Assert.Equal(0, gradient[0]);
        Assert.Equal(Math.Exp(-17.5), gradient[1], 1e-13);
    }

    [Fact]
    public void A_label_outside_the_classes_is_refused()
    {
        using var scope = Device.Scope();
        foreach (var label in new[] { -1, 3, float.NaN })
            Assert.Throws<ArgumentException>(() => Device.CrossEntropy(Device.Zeros([1, 3]), Device.Full([1], label)));
    }

    [Fact]
    public void Rows_are_gathered_scattered_and_stacked() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var (n, size) = (dice.Int(1, 9), dice.Int(1, 20));
        var x = dice.Floats(n * size);
        var a = Device.Upload(x, [n, size]);
        int[] rows = [.. Enumerable.Range(0, n).Where(_ => dice.Coin()).Reverse()];
        var some = Device.GatherRows(a, rows);
        Assert.Equal(some.ToArray(), Device.UploadRows(x, rows, some.Shape).ToArray());
        Assert.Equal(rows.SelectMany(row => x[(row * size)..((row + 1) * size)]), some.ToArray());
        var target = Device.Zeros([n, size]);
        Device.ScatterRowsInto(target, rows, some);
        Assert.Equal(x.Select((v, i) => rows.Contains(i / size) ? v : 0), target.ToArray());
        Assert.Equal(some.ToArray().Concat(x).Concat(x), Device.Concat(some, a, a).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.GatherRows(a, [n]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.UploadRows(x, new[] { 0, n }, [2, size]));
    });
}
