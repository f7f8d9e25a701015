using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

public sealed class ElementwiseTests
{
    static readonly CpuDevice Device = new();

    static double Exact(Unary operation, double x) => operation switch
    {
        Unary.Abs => Math.Abs(x),
        Unary.Erf => NaiveLayers.Erf(x),
        Unary.Exp => Math.Exp(x),
        Unary.Log => Math.Log(x),
        Unary.Relu => Math.Max(x, 0),
        Unary.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Unary.Sign => double.IsNaN(x) ? x : Math.Sign(x),
        Unary.Sqrt => Math.Sqrt(x),
        Unary.Tanh => Math.Tanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    static float Exact(Binary operation, float x, float y) => operation switch
    {
        Binary.Add => x + y,
        Binary.Subtract => x - y,
        Binary.Multiply => x * y,
        Binary.Divide => x / y,
        Binary.Minimum => MathF.Min(x, y),
        Binary.Maximum => MathF.Max(x, y),
        Binary.Equal => x == y ? 1 : 0,
        Binary.Greater => x > y ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    [Fact]
    public void Functions_of_one_variable_are_right_to_a_millionth_of_their_value() => Check.Property(dice =>
    {
        var size = dice.Of(1e-6f, 0.2f, 0.3f, 1, 10, 80);
        foreach (var operation in Enum.GetValues<Unary>())
        {
            using var scope = Device.Scope();
            var x = dice.Floats(dice.Int(0, 70), operation is Unary.Log or Unary.Sqrt ? 0 : -size, size);
            var y = Device.Apply(operation, Device.Upload(x, [x.Length])).ToArray();
            for (var i = 0; i < x.Length; i++)
            {
                var expected = Exact(operation, x[i]);
                Assert.True(Math.Abs(y[i] - expected) <= 1e-6 * Math.Abs(expected), $"{operation}({x[i]:R}) is {expected:R}, got {y[i]:R}");
            }
        }
    });

    [Fact]
    public void Infinities_and_NaN_go_through_functions_as_in_the_exact_ones()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, 1e-40f, -200, 200, float.MaxValue];
        foreach (var operation in Enum.GetValues<Unary>())
        {
            using var scope = Device.Scope();
            var y = Device.Apply(operation, Device.Upload(x, [x.Length])).ToArray();
            for (var i = 0; i < x.Length; i++)
            {
                var expected = (float)Exact(operation, x[i]);
                Assert.True(expected.Equals(y[i]) || Math.Abs(expected - y[i]) <= 1e-6 * Math.Abs(expected) + 1e-38,
                    $"{operation}({x[i]:R}) is {expected:R}, got {y[i]:R}");
            }
        }
    }

    [Fact]
    public void Functions_of_two_variables_are_exact_with_NaN_too() => Check.Property(dice =>
    {
        var count = dice.Int(0, 70);
        float Any() => dice.Int(0, 9) switch { 0 => float.NaN, 1 => 0, 2 => float.PositiveInfinity, 3 => 1, _ => dice.Float(-3, 3) };
        float[] x = [.. Enumerable.Range(0, count).Select(_ => Any())], y = [.. Enumerable.Range(0, count).Select(_ => Any())];
        using var scope = Device.Scope();
        var (a, b) = (Device.Upload(x, [count]), Device.Upload(y, [count]));
        foreach (var operation in Enum.GetValues<Binary>())
            Assert.Equal(x.Zip(y, (u, v) => Exact(operation, u, v)), Device.Combine(operation, a, b).ToArray());
        Assert.Equal(x.Select(u => 0.3f * u + 2), Device.Affine(a, 0.3f, 2).ToArray());
        Assert.Equal(x.Zip(y, (u, v) => u + 0.7f * v), Device.AddScaled(a, b, 0.7f).ToArray());
        Assert.Equal(x.Select(u => float.IsNaN(u) ? u : Math.Clamp(u, -0.5f, 1.5f)), Device.Clamp(a, -0.5f, 1.5f).ToArray());
    });

    [Fact]
    public void Where_takes_masks_by_element_and_by_row() => Check.Property(dice =>
    {
        var (n, m) = (dice.Int(0, 9), dice.Int(1, 40));
        using var scope = Device.Scope();
        float[] x = dice.Floats(n * m), y = dice.Floats(n * m), mask = [.. Enumerable.Range(0, n * m).Select(_ => (float)dice.Int(-1, 1))];
        var (a, b) = (Device.Upload(x, [n, m]), Device.Upload(y, [n, m]));
        Assert.Equal(mask.Select((u, i) => u != 0 ? x[i] : y[i]), Device.Where(Device.Upload(mask, [n, m]), a, b).ToArray());
        var rows = mask[..n];
        Assert.Equal(x.Select((u, i) => rows[i / m] != 0 ? u : y[i]), Device.Where(Device.Upload(rows, [n]), a, b).ToArray());
        // Where something is written over another, it is the same choice.
        foreach (var chosen in new[] { Device.Upload(mask, [n, m]), Device.Upload(rows, [n]) })
        {
            var target = b.Copy();
            Device.CopyWhereInto(target, chosen, a);
            Assert.Equal(Device.Where(chosen, a, b).ToArray(), target.ToArray());
        }
    });

    [Fact]
    public void An_element_has_the_same_bits_wherever_it_stands() => Check.Property(dice =>
    {
        var value = dice.Float(-5, 5);
        foreach (var operation in Enum.GetValues<Unary>())
        {
            using var scope = Device.Scope();
            var alone = Device.Apply(operation, Device.Full([1], value)).ToArray()[0];
            var many = Device.Apply(operation, Device.Full([dice.Int(1, 50)], value)).ToArray();
            Check.SameBits([.. many.Select(_ => alone)], many);
        }
    });
}
