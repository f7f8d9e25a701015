using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Smoothing;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Statistics;

namespace Grid.Lab.Tests.Defenses;

public sealed class RandomizedSmoothingTests : IDisposable
{
    const double Sigma = 0.5;

    // Class 1 if the sum of the four pixels is above 0: the distance to the boundary is half the sum.
    static readonly float[] Weights = [-1, -1, -1, -1, 1, 1, 1, 1];

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    Batch Batch(params (int Sample, float Distance)[] rows) => new(
        _device.Upload([.. rows.SelectMany(r => Enumerable.Repeat(r.Distance / 2, 4))], [rows.Length, 1, 2, 2]),
        _device.Full([rows.Length], 1), Array.ConvertAll(rows, r => r.Sample));

    Certificate[] Certify(Batch batch, int n = 1000, ulong seed = 0) =>
        new RandomizedSmoothing(Sigma, n: n).Certify(new Weighted(_device, Weights, 2), batch, seed, _ => { }, CancellationToken.None);

    [Fact]
    public void A_linear_classifier_is_certified_up_to_its_true_distance()
    {
        var distances = Enumerable.Range(1, 40).Select(i => (i, 0.025f * i)).ToArray();
        var certificates = Certify(Batch(distances), n: 20_000);
        foreach (var ((_, distance), certificate) in distances.Zip(certificates).Where(p => p.First.Item2 >= 0.05))
        {
            Assert.Equal(1, certificate.Class);
            // Bound and estimate are 3 standard errors apart, on the scale of the radius.
            Assert.InRange(certificate.Radius, distance - 0.07, distance);
        }
    }

    [Fact]
    public void Far_from_the_boundary_the_radius_is_what_the_draws_allow()
    {
        var most = Sigma * Intervals.NormalQuantile(Math.Pow(0.001, 1e-3));
        Assert.Equal([new(1, most), new(0, most)], Certify(Batch((0, 10), (1, -10))));
    }

    [Fact]
    public void On_the_boundary_it_abstains_and_declines()
    {
        var batch = Batch([.. Enumerable.Range(0, 50).Select(i => (i, 0f))]);
        Assert.InRange(Certify(batch).Count(c => c == Certificate.Abstention), 48, 50);
        var predicted = new RandomizedSmoothing(Sigma)
            .Wrap(new Weighted(_device, Weights, 2), 3)
            .Predict(Batch((0, 0.01f), (1, 5), (2, -5)).Images)
            .ToArray();
        Assert.Equal([-1, 1, 0], predicted);
    }

    [Fact]
    public void Too_few_draws_to_certify_ever_are_refused_with_the_number_that_it_takes() => Assert.Contains("take 10 or more",
        Assert.Throws<ArgumentException>(() => new RandomizedSmoothing(n: 9)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_certificate_depends_on_sample_and_seed_alone()
    {
        var among = Certify(Batch((0, 0.3f), (1, 0.2f), (2, 0.4f), (7, 0.2f)));
        Assert.Equal(among[1], Certify(Batch((1, 0.2f)))[0]);
        Assert.NotEqual(among[1], among[3]);
        Assert.NotEqual(among[1], Certify(Batch((1, 0.2f)), seed: 1)[0]);
    }

    [Fact]
    public void An_answer_depends_on_image_and_seed_alone()
    {
        var images = Batch([.. Enumerable.Range(0, 40).Select(i => (i, 0.01f * i))]).Images;
        var smoothed = new RandomizedSmoothing(Sigma).Wrap(new Weighted(_device, Weights, 2), 5);
        var among = smoothed.Predict(images).ToArray();
        Assert.Equal(among, smoothed.Predict(images).ToArray());
        for (var i = 0; i < 40; i += 13) Assert.Equal(among[i], smoothed.Predict(_device.GatherRows(images, [i])).ToArray()[0]);
        Assert.NotEqual(among, new RandomizedSmoothing(Sigma).Wrap(new Weighted(_device, Weights, 2), 6).Predict(images).ToArray());
    }

    /// <summary>Per draw the gradient of the true class's softmax is p (1 - p) times the difference of the weights.</summary>
    [Fact]
    public void The_attacker_differentiates_the_mean_over_draws()
    {
        var smoothed = new RandomizedSmoothing(Sigma).Wrap(new Weighted(_device, Weights, 2), 0);
        Assert.True(smoothed.Random);
        var tape = new Tape(_device);
        var x = Tape.Watch(Batch((0, 0.3f)).Images);
        var logits = smoothed.Logits(tape, x);
        var gradient = tape.Gradient(tape.CrossEntropy(logits, _device.Full([1], 1)), x).ToArray();
        var p = Math.Exp(logits.Value.ToArray()[1]);
        Assert.Equal(1, logits.Value.ToArray().Sum(l => Math.Exp(l)), 5);

        var noise = new GaussianDraws(0, "smoothing gradient", Sigma);
        var draws =
            Enumerable.Range(0, 20).Select(i => noise.Add(x.Value, GaussianDraws.ByContent(x.Value), i).ToArray().Sum(v => (double)v));
        var probabilities = draws.Select(sum => 1 / (1 + Math.Exp(-2 * sum))).ToArray();
        Assert.Equal(probabilities.Average(), p, 5);
        var expected = -probabilities.Average(q => q * (1 - q)) * 2 / p;
        Assert.All(gradient, g => Assert.Equal(expected, g, 4));
    }

    [Fact]
    public void Draws_for_different_purposes_and_numbers_are_independent()
    {
        var images = _device.Zeros([1, 1, 40, 50]);
        float[] Draw(string purpose, long i, ulong row = 0) => new GaussianDraws(1, purpose, 2).Add(images, [row], i).ToArray();
        var all = new[] { Draw("a", 0), Draw("a", 1), Draw("a", 99_999), Draw("b", 0), Draw("a", 0, row: 1) };
        foreach (var a in all)
        {
            Assert.InRange(a.Average(), -0.2f, 0.2f);
            Assert.InRange(Math.Sqrt(a.Average(v => v * v)), 1.85, 2.15);
            foreach (var b in all.Where(b => b != a)) Assert.InRange(a.Zip(b, (x, y) => x * y / 4).Average(), -0.1f, 0.1f);
        }
    }

    [Fact]
    public void Draws_of_few_samples_are_put_side_by_side_as_far_as_memory_holds_and_certify_the_same()
    {
        (int, float)[] rows = [.. Enumerable.Range(0, 20).Select(i => (i, 0.05f * i))];
        var (whole, passes) = Of(most: int.MaxValue);
        // 250 rows hold 12 draws of 20 samples: of 100 votes and 1,000 draws.
        Assert.Equal(9 + 84, passes);
        var (alone, single) = Of(most: 20);
        Assert.Equal(100 + 1000 + 4 + 4, single);
        Assert.Equal(whole, alone);

        (Certificate[] Certificates, int Passes) Of(int most)
        {
            var network = new Bounded(new Weighted(_device, Weights, 2), most);
            return (new RandomizedSmoothing(Sigma).Certify(network, Batch(rows), 0, _ => { }, CancellationToken.None), network.Passes);
        }
    }

    /// <summary>A network for which no more than some rows at a time have room.</summary>
    sealed class Bounded(Classifier inner, int most) : Classifier(inner.Device)
    {
        public int Passes { get; private set; }

        public override Variable Logits(Tape tape, Variable images)
        {
            Passes++;
            return images.Shape.Rows <= most ? inner.Logits(tape, images) : throw new InsufficientMemoryException();
        }
    }

    [Fact]
    public void Cancellation_ends_a_certification() => Assert.Throws<OperationCanceledException>(() =>
        new RandomizedSmoothing()
            .Certify(new Weighted(_device, Weights, 2), Batch((0, 1)), 0, _ => { }, new CancellationToken(canceled: true)));
}
