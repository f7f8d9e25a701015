using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Input;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Defenses;

/// <summary>Filters of the input against naive loops.</summary>
public sealed class FilterTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    static float[] Noise(int count, string purpose = "pixels")
    {
        var values = new float[count];
        new PhiloxStream(1, purpose).Fill(values, 0, 1);
        return values;
    }

    float[] Through(Defense defense, float[] pixels, Shape shape)
    {
        using var scope = _device.Scope();
        return defense.Wrap(new Echo(_device)).Logits(new Tape(_device), Tape.Constant(_device.Upload(pixels, shape))).Value.ToArray();
    }

    static double At(float[] pixels, int plane, int y, int x, int h, int w) => pixels[(plane * h + Mirror(y, h)) * w + Mirror(x, w)];

    // cba|abc|cba
    static int Mirror(int i, int n)
    {
        while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
        return i;
    }

    static void Close(IEnumerable<double> expected, float[] actual, double tolerance = 1e-5)
    {
        foreach (var ((e, a), i) in expected.Zip(actual).Select((p, i) => (p, i)))
            Assert.True(Math.Abs(e - a) <= tolerance, $"at {i}: {e} expected, {a} found");
    }

    static IEnumerable<double> EachWindow(float[] pixels, int planes, int h, int w, int size, Func<IEnumerable<double>, double> fold) =>
        from p in Enumerable.Range(0, planes)
        from y in Enumerable.Range(0, h)
        from x in Enumerable.Range(0, w)
        select fold(from a in Enumerable.Range(-(size / 2), size)
                    from b in Enumerable.Range(-(size / 2), size)
                    select At(pixels, p, y + a, x + b, h, w));

    [Theory]
    [InlineData(2, 7, 9)]
    [InlineData(3, 9, 5)]
    [InlineData(4, 4, 12)]
    public void Windows_are_those_of_scipy(int size, int h, int w)
    {
        var pixels = Noise(2 * 3 * h * w);
        float[] Filter(string name) => Through(Made.Make(name, ("size", size)), pixels, [2, 3, h, w]);

        Close(EachWindow(pixels, 6, h, w, size, v => v.Average()), Filter("mean-filter"));
        Close(EachWindow(pixels, 6, h, w, size, v => v.Min()), Filter("min-filter"), 0);
        Close(EachWindow(pixels, 6, h, w, size, v => v.Max()), Filter("max-filter"), 0);
        Close(EachWindow(pixels, 6, h, w, size, v => v.Order().ElementAt(size * size / 2)), Filter("median-filter"), 0);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3.3)]
    public void The_gaussian_ends_at_four_sigma_and_mirrors(double sigma)
    {
        const int H = 6, W = 11;
        var pixels = Noise(2 * H * W);
        var radius = (int)(4 * sigma + 0.5);
        var weights = Enumerable.Range(-radius, 2 * radius + 1).ToDictionary(o => o, o => Math.Exp(-o * o / (2 * sigma * sigma)));
        var sum = weights.Values.Sum();
        var expected = from p in Enumerable.Range(0, 2)
                       from y in Enumerable.Range(0, H)
                       from x in Enumerable.Range(0, W)
                       select (from a in weights
                               from b in weights
                               select a.Value * b.Value / (sum * sum) * At(pixels, p, y + a.Key, x + b.Key, H, W)).Sum();
        Close(expected, Through(new GaussianFilter(sigma), pixels, [2, 1, H, W]));
    }

    /// <summary>The gradient of the sum of the outputs under random weights.</summary>
    [Theory]
    [InlineData("gaussian-filter")]
    [InlineData("mean-filter")]
    [InlineData("min-filter")]
    [InlineData("max-filter")]
    [InlineData("rotation")]
    public void The_gradient_is_exact(string name)
    {
        Shape shape = [2, 2, 6, 7];
        var (pixels, seed) = (Noise(shape.Count), Noise(shape.Count, "seed"));
        using var scope = _device.Scope();
        var tape = new Tape(_device);
        var x = Tape.Watch(_device.Upload(pixels, shape));
        var output = Made.Make(name).Wrap(new Echo(_device)).Logits(tape, x);
        var gradient = tape.Gradient(output, x, _device.Upload(seed, output.Shape)).ToArray();
        foreach (var i in Enumerable.Range(0, shape.Count / 5).Select(k => 5 * k))
        {
            const float Step = 1e-3f;
            double Sum(float by)
            {
                var moved = (float[])pixels.Clone();
                moved[i] += by;
                return Through(Made.Make(name), moved, shape).Zip(seed, (a, b) => (double)a * b).Sum();
            }

            Assert.Equal((Sum(Step) - Sum(-Step)) / (2 * Step), gradient[i], 2e-3);
        }
    }

    [Fact]
    public void The_adaptive_gradient_of_the_median_is_that_of_the_mean()
    {
        float[] Gradient(Defense defense)
        {
            using var scope = _device.Scope();
            var tape = new Tape(_device);
            var x = Tape.Watch(_device.Upload(Noise(64), [1, 1, 8, 8]));
            return tape.Gradient(defense.Wrap(new Echo(_device)).Logits(tape, x), x, _device.Upload(Noise(64, "seed"), [1, 64])).ToArray();
        }

        Assert.Equal(Gradient(new MeanFilter(2)), Gradient(new MedianFilter(2)));
    }

    [Fact]
    public void One_bit_is_black_or_white_and_halves_go_to_even()
    {
        Assert.Equal([0, 0, 0, 1, 1], Through(new BitDepth(1), [0, 0.49f, 0.5f, 0.51f, 1], [1, 1, 1, 5]));
        Close([0, 1.0 / 3, 2.0 / 3, 1], Through(new BitDepth(2), [0.1f, 0.2f, 0.6f, 0.9f], [1, 1, 1, 4]), 1e-7);
        var pixels = Enumerable.Range(0, 256).Select(i => i / 255f).ToArray();
        Close(pixels.Select(p => (double)p), Through(new BitDepth(8), pixels, [1, 1, 16, 16]), 1e-7);
    }

    /// <summary>One block, straight from the definition of the transform.</summary>
    [Theory]
    [InlineData(50, 16)]
    [InlineData(10, 80)]
    [InlineData(90, 3)]
    public void Jpeg_rounds_cosine_coefficients(int quality, int firstStep)
    {
        var pixels = Noise(64);
        int[] table =
        [
            16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
            18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92,
            95, 98, 112, 100, 103, 99,
        ];
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var steps = Array.ConvertAll(table, t => Math.Clamp((t * percent + 50) / 100, 1, 255));
        Assert.Equal(firstStep, steps[0]);
        static double Basis(int u, int v, int y, int x) =>
            (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1) / 4 * Math.Cos((2 * y + 1) * u * Math.PI / 16)
                * Math.Cos((2 * x + 1) * v * Math.PI / 16);
        var all = (from a in Enumerable.Range(0, 8) from b in Enumerable.Range(0, 8) select (a, b)).ToArray();
        var kept =
            all.Select(
                (f, i) =>
                    steps[i]
                        * Math.Round(
                            all.Select((p, j) => Basis(f.a, f.b, p.a, p.b) * (Math.Round(pixels[j] * 255.0) - 128)).Sum() / steps[i]))
                .ToArray();
        var expected =
            all.Select(p => Math.Clamp(Math.Round(128 + all.Select((f, i) => Basis(f.a, f.b, p.a, p.b) * kept[i]).Sum()) / 255, 0, 1));
        Close(expected, Through(new Jpeg(quality), pixels, [1, 1, 8, 8]));
    }

    [Fact]
    public void Jpeg_takes_sides_that_are_no_multiple_of_eight()
    {
        var pixels = Enumerable.Range(0, 2 * 13 * 10).Select(i => (i % 10 * 20 + i / 10 % 13) / 255f).ToArray();
        Close(pixels.Select(p => (double)p), Through(new Jpeg(100), pixels, [1, 2, 13, 10]), 3 / 255.0);
        var even = Enumerable.Repeat(0.5f, 130).ToArray();
        Close(even.Select(_ => 128 / 255.0), Through(new Jpeg(1), even, [1, 1, 13, 10]), 2 / 255.0);
    }

    /// <summary>Grey has no colour differences, so that a grey image is compressed as one plane is; a flat colour is its own
    /// mean.</summary>
    [Fact]
    public void Jpeg_compresses_three_channels_as_brightness_and_colour()
    {
        var grey = Noise(64);
        var alone = Through(new Jpeg(50), grey, [1, 1, 8, 8]);
        Close([.. alone.Select(v => (double)v), .. alone.Select(v => (double)v), .. alone.Select(v => (double)v)],
            Through(new Jpeg(50), [.. grey, .. grey, .. grey], [1, 3, 8, 8]), 1.01 / 255);

        float[] flat = [.. Enumerable.Repeat(200 / 255f, 64), .. Enumerable.Repeat(40 / 255f, 64), .. Enumerable.Repeat(90 / 255f, 64)];
        Close(flat.Select(v => (double)v), Through(new Jpeg(95), flat, [1, 3, 8, 8]), 3.01 / 255);

        // Differences of colour are rounded more coarsely than those of brightness.
        float[] red = [.. grey, .. new float[128]];
        static double Loss(float[] before, float[] after) => before.Zip(after, (a, b) => (double)(a - b) * (a - b)).Sum();
        Assert.True(
            Loss(red, Through(new Jpeg(50), red, [1, 3, 8, 8]))
                > 1.5 * Loss(red, Through(new Jpeg(50, colours: false), red, [1, 3, 8, 8])));
        Assert.Equal(Through(new Jpeg(50), grey, [1, 1, 8, 8]), Through(new Jpeg(50, colours: false), red, [1, 3, 8, 8])[..64]);
    }

    [Fact]
    public void Total_variation_follows_Chambolle()
    {
        const int H = 5, W = 7, Iterations = 12;
        const double Weight = 0.2;
        var pixels = Noise(H * W);
        var u = Array.ConvertAll(pixels, p => (double)p);
        double[] across = new double[H * W], down = new double[H * W];
        for (var k = 0; k < Iterations; k++)
        {
            for (var i = 0; i < H * W; i++)
            {
                var (gx, gy) = (i % W < W - 1 ? u[i + 1] - u[i] : 0, i / W < H - 1 ? u[i + W] - u[i] : 0);
                var shrink = 1 + 0.25 / Weight * Math.Sqrt(gx * gx + gy * gy);
                (across[i], down[i]) = ((across[i] - 0.25 * gx) / shrink, (down[i] - 0.25 * gy) / shrink);
            }

            for (var i = 0; i < H * W; i++)
                u[i] = pixels[i] - across[i] - down[i] + (i % W > 0 ? across[i - 1] : 0) + (i / W > 0 ? down[i - W] : 0);
        }

        var smooth = Through(new TotalVariation(Weight, Iterations), [.. pixels, .. pixels], [1, 2, H, W]);
        Close(u.Concat(u), smooth);
        static double Variation(float[] v) =>
            Enumerable.Range(0, H * W)
                .Sum(i => (i % W < W - 1 ? Math.Abs(v[i + 1] - v[i]) : 0) + (i / W < H - 1 ? Math.Abs(v[i + W] - v[i]) : 0));
        Assert.True(Variation(smooth) < 0.7 * Variation(pixels));
    }

    [Fact]
    public void A_quarter_turn_goes_counterclockwise()
    {
        Close([3, 6, 9, 2, 5, 8, 1, 4, 7], Through(new Rotation(90), [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]));
        var turned = Through(new Rotation(45), [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 3, 3]);
        Assert.Equal(1, turned[4], 5);
        Assert.InRange(turned[0], 0.1f, 0.9f);
    }

    [Fact]
    public void A_chain_goes_from_first_to_last()
    {
        var pixels = Noise(36);
        var chain = Made.Make("chain",
            ("defenses", new Many([Made.Defense("max-filter"), Made.Defense("bit-depth", ("bits", 1)), Made.Defense("none")])));
        Shape shape = [1, 1, 6, 6];
        Assert.Equal(Through(new BitDepth(1), Through(new MaxFilter(), pixels, shape), shape), Through(chain, pixels, shape));
        Assert.True(chain.ChangesClassifier);
    }
}
