using Grid.Compute;
using Grid.Compute.Random;
using Grid.Compute.Tests;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Losses;
using Grid.Torch.Kernels;
using Grid.Torch.Tests.Processor;

namespace Grid.Torch.Tests;

/// <summary>The text of the kernels, compiled for the processor and launched as on a card, beside the managed device.</summary>
public sealed partial class KernelsTests
{
    // Compute capability 8 and later has tensor cores for TF32, 7 has not.
    const int With = 90, Without = 75;

    static void RequireCompiler() => Assert.SkipWhen(!Pair.OnCard && StandIn.Missing is not null, StandIn.Missing ?? "");

    /// <summary>The card itself where the tests run on one.</summary>
    static Device Open(int capability = With, bool tf32 = false) =>
        Pair.OnCard ? TorchDevices.Open(Pair.Name, new(Tf32: tf32)) : StandIn.Device(capability, tf32);

    internal static void RequireStandIn()
    {
        RequireCompiler();
        Assert.SkipWhen(Pair.OnCard, "This is the stand-in's.");
    }

    [Theory]
    [InlineData(With, 2, 3, 1, 16, 28, 28)]
    [InlineData(With, 3, 2, 16, 32, 14, 14)]
    [InlineData(Without, 1, 5, 16, 32, 14, 14)]
    [InlineData(With, 2, 9, 8, 24, 7, 5)]
    [InlineData(With, 2, 5, 32, 64, 7, 9)]
    [InlineData(With, 1, 11, 16, 48, 5, 4)]
    [InlineData(With, 1, 2, 48, 16, 12, 3)]
    [InlineData(Without, 2, 4, 3, 6, 9, 7)]
    [InlineData(Without, 1, 19, 4, 16, 4, 4)]
    [InlineData(With, 1, 3, 5, 17, 3, 6)]
    public void The_fused_block_is_the_processors(int capability, int replicas, int images, int from, int to, int height, int width)
    {
        RequireCompiler();
        using var device = Open(capability);
        var launches = StandIn.Launches;
        foreach (var backwards in new[] { false, true })
        {
            StandIn.Backwards = backwards;
            var dice = new Dice(7 * from + to);
            Shape xs = [replicas, images, from, height, width], ys = [replicas, images, to, height / 2, width / 2];
            Shape ws = [replicas, to, from, 3, 3], bs = [replicas, to];
            // Multiples of 1/8 and sums of few of them are exact: ties fall alike, and no winner hangs on rounding.
            float[] Eighths(Shape shape) => [.. dice.Floats(shape).Select(v => MathF.Round(8 * v) / 8)];
            var (x, w, b, g) = (Eighths(xs), Eighths(ws), Eighths(bs), dice.Floats(ys));
            var results = Array.ConvertAll(new Device[] { Pair.Managed, device }, d =>
            {
                var (dx, dw, dg) = (d.Upload(x, xs), d.Upload(w, ws), d.Upload(g, ys));
                var (y, winners) = d.ConvReluPool(dx, dw, d.Upload(b, bs));
                var (byWeight, byBias) = d.ConvReluPoolWeightGradient(dg, winners, dx, ws);
                return new[] { y, d.ConvReluPoolInputGradient(dg, winners, dw, xs), byWeight, byBias };
            });
            foreach (var (managed, own) in results[0].Zip(results[1])) Pair.Agree(managed, own);
            // On values that are no multiples the three parts of a product must be as exact as float32.
            var (rough, fine) = (dice.Floats(xs), dice.Floats(ws));
            Pair.Agree(Forward(Pair.Managed), Forward(device), 2e-6);
            Tensor Forward(Device d) => d.ConvReluPool(d.Upload(rough, xs), d.Upload(fine, ws), d.Upload(b, bs)).Output;
        }

        // Forward twice, both gradients, and the sum of the slabs, in both orders.
        if (!Pair.OnCard) Assert.Equal(10, StandIn.Launches - launches);
    }

    [Fact]
    public void Tf32_rounds_as_it_says()
    {
        RequireCompiler();
        StandIn.Backwards = false;
        using var device = Open(tf32: true);
        Assert.EndsWith("kernels tf32", device.InstructionSet, StringComparison.Ordinal);
        var dice = new Dice(3);
        Shape xs = [2, 16, 14, 14], ws = [32, 16, 3, 3];
        var (x, w) = (dice.Floats(xs), dice.Floats(ws));
        var (exact, rounded) = (Forward(Pair.Managed), Forward(device));
        var (largest, off) = (exact.Max(Math.Abs), exact.Zip(rounded).Max(p => Math.Abs(p.First - p.Second)));
        Assert.InRange(off / largest, 1e-5, 5e-3);
        float[] Forward(Device d) => d.ConvReluPool(d.Upload(x, xs), d.Upload(w, ws), d.Zeros([32])).Output.ToArray();
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        RequireCompiler();
        StandIn.Backwards = false;
        using var device = Open();
        var x = device.Full([1, 16, 14, 14], float.NaN);
        var (y, _) = device.ConvReluPool(x, device.Full([32, 16, 3, 3], 1), device.Zeros([32]));
        Assert.All(y.ToArray(), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void A_block_without_a_tile_is_libtorchs_and_said_so()
    {
        RequireStandIn();
        var said = new List<string>();
        using var device = new TorchDevice("stand-in", "processor", TorchSharp.torch.CPU, new(), kernels: StandIn.Kernels(say: said.Add));
        var launches = StandIn.Launches;
        var (x, w, b) = (device.Full([1, 3, 70, 70], 1), device.Full([4, 3, 3, 3], 1), device.Zeros([4]));
        var (y, winners) = device.ConvReluPool(x, w, b);
        Assert.Equal(27, y.ToArray()[36]);
        Assert.Equal(x.Shape, device.ConvReluPoolInputGradient(y, winners, w, x.Shape).Shape);
        Assert.Equal(launches, StandIn.Launches);
        Assert.Contains("3 to 4 channels at 70 x 70", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_done_by_rows_is_the_processors()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (r, n, k, m) = (dice.Int(1, 4), dice.Int(1, 9), dice.Int(2, 12), dice.Int(1, 150));
            float[] x = dice.Floats(r * n * m), w = dice.Floats(r * k * m), b = dice.Floats(r * k);
            float[] logits = dice.Floats(n * k, -9, 9), g = dice.Floats(n);
            var labels = Pair.Labels(dice, n, k);
            Agree(device, d => d.Linear(d.Upload(x, [r, n, m]), d.Upload(w, [r, k, m]), d.Upload(b, [r, k])));
            Agree(device, d => d.LinearRelu(d.Upload(x, [r, n, m]), d.Upload(w, [r, k, m]), d.Upload(b, [r, k])));
            Agree(device, d => d.ReluGradient(d.Upload(x, [r * n, m]), d.Apply(Unary.Relu, d.Upload([.. x.Reverse()], [r * n, m]))));
            Tensor[] Passed(Device d, Shape shape)
            {
                var (gradient, sums) = d.ReluGradientSums(d.Upload([.. x.Reverse()], shape), d.Apply(Unary.Relu, d.Upload(x, shape)));
                return [gradient, sums];
            }

            foreach (var shape in (Shape[])[[r, n, m], [r * n, m]])
            {
                Agree(device, d => Passed(d, shape)[0], 0);
                Agree(device, d => Passed(d, shape)[1]);
                // One launch gives the bits of two.
                Assert.Equal(device.SumColumns(Passed(device, shape)[0]).ToArray(), Passed(device, shape)[1].ToArray());
            }

            Agree(device, d => d.CrossEntropy(d.Upload(logits, [n, k]), d.Upload(labels, [n])), 1e-6, scale: 9);
            Agree(device, d => d.CrossEntropyGradient(d.Upload(g, [n]), d.Upload(logits, [n, k]), d.Upload(labels, [n])), 1e-6);
            var loss = new LogitLoss(Objective.CrossEntropy);
            Agree(device, d => loss.Of(d.Upload(logits, [n, k]), d.Upload(labels, [n])).Value, 1e-6, scale: 9);
            Agree(device, d => loss.Of(d.Upload(logits, [n, k]), d.Upload(labels, [n])).Derivative, 1e-6);
            var order = Enumerable.Range(0, r * 7).Select(_ => (float)dice.Int(0, (n * r) - 1)).ToArray();
            Agree(device, d => d.GatherRows(d.Upload(x, [n * r, m]), d.Upload(order, [r, 7]), 2, 4), 0);
        }, tests: 25);
    }

    [Fact]
    public void An_attacks_step_is_the_processors()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (n, m, k) = (dice.Int(1, 9), dice.Int(1, 150), dice.Int(2, 11));
            float[] images = dice.Floats(n * m, 0), clean = dice.Floats(n * m, 0);
            float[] gradient = [.. dice.Floats(n * m).Select(v => dice.Int(0, 4) == 0 ? 0 : v)];
            float[] radius = dice.Floats(n, 0, 0.5f), logits = dice.Floats(n * k), loss = dice.Floats(n);
            float[] known = dice.Floats(n), best = dice.Floats(n * m);
            float[] climbing = [.. Enumerable.Range(0, n).Select(_ => dice.Coin() ? 1f : 0)];
            var (labels, toTheEnd) = (Pair.Labels(dice, n, k), dice.Coin());
            Agree(device, d =>
            {
                var (at, from, r) = (d.Upload(images, [n, m]), d.Upload(clean, [n, m]), d.Upload(radius, [n]));
                var offset = d.ScaleRows(d.Full(at.Shape, 1), r);
                d.AscendInto(at, d.Upload(gradient, [n, m]), d.Affine(r, 0.25f, 0),
                    d.Combine(Binary.Subtract, from, offset), d.Combine(Binary.Add, from, offset));
                return at;
            }, 1e-6);
            Agree(device, d =>
            {
                var (to, most, climbs) = (d.Upload(best, [n, m]), d.Upload(known, [n]), d.Upload(climbing, [n]));
                d.KeepBestInto(to, most, climbs, d.Upload(images, [n, m]), d.Upload(logits, [n, k]), d.Upload(loss, [n]),
                    d.Upload(labels, [n]), toTheEnd);
                return d.Concat(d.Reshape(to, [n * m]), most, climbs);
            }, 0);
            PhiloxKey[] keys = [.. Enumerable.Range(0, n).Select(i => new PhiloxKey(Word(33, int.MaxValue) + (ulong)i, 77, Word(32, 9)
                + (ulong)dice.Int(0, 60000)))];
            Agree(device, d => d.Uniform([n, m], -1, 1, keys), 0);

            ulong Word(int bits, int most) => (ulong)dice.Int(0, most) << bits;
        }, tests: 25);
    }

    [Fact]
    public void Passes_over_all_elements_are_the_processors()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (r, n, m) = (dice.Int(1, 3), dice.Int(1, 40), dice.Int(1, 70));
            float Odd(float v) => dice.Int(0, 9) switch { 0 => float.NaN, 1 => 0, 2 => float.PositiveInfinity, _ => v };
            float[] a = [.. dice.Floats(r * n * m).Select(Odd)], b = [.. dice.Floats(r * n * m).Select(Odd)];
            var plain = dice.Floats(r * n * m);
            Shape shape = [r, n, m];
            foreach (var operation in Enum.GetValues<Binary>())
                Agree(device, d => d.Combine(operation, d.Upload(a, shape), d.Upload(b, shape)), 0);
            Agree(device, d => d.Combine(Binary.Equal, d.Upload(a, shape), d.Upload(a, shape)), 0);
            Agree(device, d => d.Affine(d.Upload(plain, shape), -1.5f, 0.25f), 1e-6);
            Agree(device, d => d.Affine(d.Upload(a, shape), 1, 0), 0);
            Agree(device, d => d.Clamp(d.Upload(a, shape), -0.5f, 0.25f), 0);
            Agree(device, d => d.ScaleRows(d.Upload(plain, [r * n, m]), d.Upload(plain.AsSpan(0, r * n), [r * n])), 0);
            Agree(device, d => d.SumColumns(d.Upload(plain, shape)), 1e-5);
            Agree(device, d => d.SumColumns(d.Upload(plain, [r * n, m])), 1e-5);
            int[] rows = [.. Enumerable.Range(0, r * n).Where(_ => dice.Coin()).Reverse()];
            Agree(device, d => d.GatherRows(d.Upload(plain, [r * n, m]), rows), 0);
            Agree(device, d =>
            {
                var target = d.Full([r * n, m], 7);
                d.ScatterRowsInto(target, rows, d.GatherRows(d.Upload(plain, [r * n, m]), rows));
                return d.Concat(target, d.Upload(plain, [r * n, m]), target);
            }, 0);
        }, tests: 25);
    }

    [Fact]
    public void A_step_in_the_Euclidean_ball_follows_the_gradient_and_ends_in_ball_and_box()
    {
        RequireCompiler();
        using var device = Open();
        Pair.Property(dice =>
        {
            StandIn.Backwards = dice.Coin();
            var (n, m) = (dice.Int(1, 6), dice.Int(1, 300));
            float[] images = dice.Floats(n * m, 0), centre = dice.Floats(n * m, 0), gradient = dice.Floats(n * m);
            float[] step = dice.Floats(n, 0, 2), radius = dice.Floats(n, 0, 1.5f);
            if (dice.Coin()) gradient.AsSpan(0, m).Clear();
            using var scope = device.Scope();
            var at = device.Upload(images, [n, m]);
            Assert.True(device.AscendEuclideanInto(
                at, device.Upload(gradient, [n, m]), device.Upload(step, [n]), device.Upload(centre, [n, m]), device.Upload(radius, [n])));
            var found = at.ToArray();
            for (var i = 0; i < n; i++)
            {
                var own = Enumerable.Range(i * m, m);
                var length = Math.Max(Math.Sqrt(own.Sum(e => (double)gradient[e] * gradient[e])), 1e-30);
                double[] moved = [.. own.Select(e => images[e] + gradient[e] / length * step[i] - centre[e])];
                var factor = Math.Min(1, radius[i] / Math.Max(Math.Sqrt(moved.Sum(v => v * v)), 1e-30));
                foreach (var (e, delta) in own.Zip(moved)) Assert.Equal(Math.Clamp(centre[e] + delta * factor, 0, 1), found[e], 1e-5);
            }
        }, tests: 25);
        Assert.False(Pair.Managed.AscendEuclideanInto(null!, null!, null!, null!, null!));
    }

    [Fact]
    public void Optimisers_take_all_parameters_at_once()
    {
        RequireCompiler();
        using var device = Open();
        StandIn.Backwards = false;
        // More than one launch holds, of sizes below and above a block's.
        var sizes = Enumerable.Range(0, 43).Select(i => i == 5 ? 2500 : 1 + (i * 37 % 90)).ToArray();
        var rule = new AdamRule(0.01f, 0.9f, 0.999f, 1e-8f);
        foreach (var way in new[] { "adam", "descent", "momentum" })
        {
            var dice = new Dice(1);
            var starts = Array.ConvertAll(sizes, s => dice.Floats(s));
            var gradients = Enumerable.Range(0, 3).Select(_ => Array.ConvertAll(sizes, s => dice.Floats(s))).ToArray();
            var launches = StandIn.Launches;
            Agree(device, d =>
            {
                Tensor[] Of(float[][] values) => [.. values.Select(v => d.Upload(v, [v.Length]))];
                Tensor[] Zeros() => Array.ConvertAll(sizes, s => d.Zeros([s]));
                var (parameters, first, second) = (Of(starts), Zeros(), Zeros());
                for (var step = 0; step < gradients.Length; step++)
                {
                    if (way == "adam") d.AdamInto(parameters, Of(gradients[step]), first, second, step + 1, rule);
                    else d.DescendInto(parameters, Of(gradients[step]), way == "descent" ? null : first, 0.1f, way == "descent" ? 0 : 0.9f);
                }

                return d.Concat(parameters);
            });
            if (!Pair.OnCard) Assert.Equal(6, StandIn.Launches - launches);
        }
    }

    static void Agree(Device device, Func<Device, Tensor> compute, double tolerance = 1e-5, double scale = 0)
    {
        using var scope = device.Scope();
        Pair.Agree(compute(Pair.Managed), compute(device), tolerance, scale);
    }
}
