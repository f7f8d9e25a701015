using Grid.Compute;
using Grid.Compute.Tests;
using Grid.Torch.Tests.Processor;

namespace Grid.Torch.Tests;

/// <summary>Kernels that join steps of attacks and of training.</summary>
public sealed partial class KernelsTests
{
    [Fact]
    public void The_largest_entries_of_a_row_are_kept_and_of_equal_ones_the_first()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (n, m, signs) = (dice.Int(1, 5), dice.Of(1, 2, 127, 128, 129, dice.Int(1, 400)), dice.Coin());
            // Few values, so that many are equal.
            var values = dice.Coin() ? dice.Floats(n * m) : [.. dice.Floats(n * m).Select(v => MathF.Round(3 * v) / 3)];
            float[] counts = [.. Enumerable.Range(0, n).Select(_ => dice.Of(-1, 0, 0.9f, 1, m - 1, m, m + 2, dice.Int(0, m) + 0.5f))];
            using var scope = device.Scope();
            var found = device.KeepLargest(device.Upload(values, [n, m]), device.Upload(counts, [n]), signs)!.ToArray();
            for (var row = 0; row < n; row++)
            {
                var own = values.AsSpan(row * m, m).ToArray();
                var kept = own.Index().OrderByDescending(v => Math.Abs(v.Item)).ThenBy(v => v.Index)
                    .Take(Math.Max(0, (int)counts[row])).Select(v => v.Index).ToHashSet();
                Assert.Equal(own.Select((v, i) => !kept.Contains(i) ? 0 : signs ? MathF.Sign(v) : v), found.Skip(row * m).Take(m));
            }
        }, tests: 40);
        Assert.Null(Pair.Managed.KeepLargest(null!, null!, signs: true));
    }

    [Fact]
    public void A_way_is_shortened_in_L1_by_one_amount_for_all_entries_within_the_box()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (n, m, box) = (dice.Int(1, 5), dice.Of(1, 2, 127, 128, 129, dice.Int(1, 400)), dice.Coin());
            float[] centre = box ? dice.Floats(n * m, 0) : new float[n * m], values = dice.Floats(n * m, -2, 2);
            var radius = dice.Floats(n, 0, dice.Of(0.1f, 3, 1000));
            using var scope = device.Scope();
            var found = device.ProjectTaxicab(
                device.Upload(values, [n, m]), device.Upload(radius, [n]), box ? device.Upload(centre, [n, m]) : null)!.ToArray();
            for (var row = 0; row < n; row++)
            {
                var own = Enumerable.Range(row * m, m).ToArray();
                double[] way = [.. own.Select(e => (double)values[e] - centre[e])];
                double[] room = [.. own.Zip(way, (e, v) => !box ? double.MaxValue : v > 0 ? 1 - centre[e] : centre[e])];
                double Length(double shrink) => way.Zip(room, (v, r) => Math.Clamp(Math.Abs(v) - shrink, 0, r)).Sum();
                var (low, high) = (0.0, Length(0) <= radius[row] ? 0 : way.Max(Math.Abs));
                for (var i = 0; i < 80 && low < high; i++)
                {
                    var middle = (low + high) / 2;
                    if (Length(middle) > radius[row]) low = middle;
                    else high = middle;
                }

                foreach (var (e, v, r) in own.Zip(way, room))
                    Assert.Equal(centre[e] + Math.Sign(v) * Math.Clamp(Math.Abs(v) - high, 0, r), found[e], 2e-6);
            }
        }, tests: 40);
        Assert.Null(Pair.Managed.ProjectTaxicab(null!, null!, null));
    }

    [Fact]
    public void The_loss_of_training_comes_with_its_derivative()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (n, k, weight) = (dice.Int(1, 300), dice.Int(2, 12), dice.Floats(1, 0.01f, 2)[0]);
            var (logits, labels, seed) = (dice.Floats(n * k, -9, 9), Pair.Labels(dice, n, k), dice.Floats(n));
            foreach (var seeded in new[] { false, true })
                foreach (var gradient in new[] { false, true })
                    Agree(device, d =>
                    {
                        var (tape, z) = (new Tape(d), Tape.Watch(d.Upload(logits, [n, k])));
                        var loss = tape.CrossEntropy(z, d.Upload(labels, [n]), weight);
                        return gradient ? tape.Gradient(loss, z, seeded ? d.Upload(seed, [n]) : null) : loss.Value;
                    }, 1e-6, scale: gradient ? 1 : 20);
        }, tests: 20);
        using var scope = device.Scope();
        var launches = StandIn.Launches;
        var (tape, z) = (new Tape(device), Tape.Watch(device.Zeros([3, 4])));
        tape.Gradient(tape.CrossEntropy(z, device.Zeros([3]), 0.5f), z);
        if (!Pair.OnCard) Assert.Equal(1, StandIn.Launches - launches);
    }

    [Fact]
    public void The_gradient_of_a_dense_layers_bias_comes_with_that_of_its_ReLU()
    {
        RequireCompiler();
        using var device = Open();
        var (x, weight) = (Tape.Constant(device.Full([5, 3], 1)), Tape.Constant(device.Full([2, 3], 1)));
        var bias = Tape.Watch(device.Upload([-2, -4], [2]));
        var tape = new Tape(device);
        var y = tape.LinearRelu(x, weight, bias);
        var launches = StandIn.Launches;
        Assert.Equal([5f, 0], tape.Gradient(y, bias).ToArray());
        if (!Pair.OnCard) Assert.Equal(1, StandIn.Launches - launches);
    }

    [Fact]
    public void Networks_with_rates_of_their_own_take_steps_in_one_launch()
    {
        RequireCompiler();
        using var device = Open();
        StandIn.Backwards = false;
        // Networks of which a block of the kernel holds several, and one that takes several blocks.
        int[] sizes = [1, 7, 100, 341, 1500];
        var rule = new AdamRule(float.NaN, 0.9f, 0.999f, 1e-8f);
        foreach (var way in new[] { "adam", "descent", "momentum" })
        {
            var dice = new Dice(2);
            var rates = dice.Floats(3, 0.001f, 0.1f);
            var starts = Array.ConvertAll(sizes, s => dice.Floats(3 * s));
            var gradients = Enumerable.Range(0, 3).Select(_ => Array.ConvertAll(sizes, s => dice.Floats(3 * s))).ToArray();
            var launches = StandIn.Launches;
            Agree(device, d =>
            {
                Tensor[] Of(float[][] values) => [.. values.Select(v => d.Upload(v, [3, v.Length / 3]))];
                Tensor[] Zeros() => Array.ConvertAll(sizes, s => d.Zeros([3, s]));
                var (parameters, first, second) = (Of(starts), Zeros(), Zeros());
                for (var step = 0; step < gradients.Length; step++)
                {
                    if (way == "adam") d.AdamInto(parameters, Of(gradients[step]), first, second, step + 1, rule, rates);
                    else d.DescendInto(parameters, Of(gradients[step]), way == "descent" ? null : first, rates,
                        way == "descent" ? 0 : 0.9f);
                }

                return d.Concat([.. parameters.Select(p => d.Reshape(p, [p.Shape.Count]))]);
            });
            if (!Pair.OnCard) Assert.Equal(3, StandIn.Launches - launches);
        }

        Assert.Throws<ArgumentException>(() => device.AdamInto([device.Zeros([2, 3])], [device.Zeros([2, 3])], [device.Zeros([2, 3])],
            [device.Zeros([2, 3])], 1, rule, [0.1f, 0.1f, 0.1f]));
    }
}
