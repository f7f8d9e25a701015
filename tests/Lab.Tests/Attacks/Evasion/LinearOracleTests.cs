using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>
/// On a linear model of two classes the best perturbation is known: it lowers the margin by epsilon times the dual norm of its gradient.
/// </summary>
public sealed class LinearOracleTests : IDisposable
{
    const int Pixels = 64;

    static readonly ImageShape Shape = new(1, 8, 8);

    readonly CpuDevice _device = new();
    readonly float[] _weights = new float[2 * Pixels];
    readonly float[] _margin;

    public LinearOracleTests()
    {
        new PhiloxStream(1, "linear oracle").FillNormal(_weights, 0, 0.1f);
        _margin = [.. Enumerable.Range(0, Pixels).Select(i => _weights[i] - _weights[Pixels + i])];
    }

    public static TheoryData<string> Attacks => ["fgsm", "pgd", "pgd from the image", "pgd of 3 steps"];

    public void Dispose() => _device.Dispose();

    static EvasionAttack Attack(string name, Norm norm) => name switch
    {
        "fgsm" => new Fgsm(norm),
        "pgd" => new Pgd(norm: norm),
        "pgd from the image" => new Pgd(randomStart: false, norm: norm),
        _ => new Pgd(steps: 3, norm: norm),
    };

    /// <summary>Class 0 wins by the given logit where the margin's own part is 0.</summary>
    Network Network(float bias) => new(new Softmax(), Shape, 2, _device, [_weights, [bias, 0]]);

    /// <summary>Images in the middle of the box, whose label is class 0.</summary>
    Batch Batch(int count, float low = 0.4f, float high = 0.6f)
    {
        var values = new float[count * Pixels];
        new PhiloxStream(2, "linear oracle").Fill(values, low, high);
        return new(_device.Upload(values, [count, 1, 8, 8]), _device.Zeros([count]), Enumerable.Range(0, count).ToArray());
    }

    double Margin(float[] image) => image.Zip(_margin, (x, w) => (double)x * w).Sum();

    [Theory, MemberData(nameof(Attacks))]
    public void Linf_lowers_the_margin_by_epsilon_times_the_L1_norm(string attack)
    {
        // A bias that no attack can overcome, but not so large that the loss is flat.
        var batch = Batch(20);
        foreach (var epsilon in new[] { 0.01, 0.1, 0.3 })
        {
            var perturbed = Attack(attack, Norm.Linf).Perturb(Network(12), batch, [epsilon], 0, CancellationToken.None)[0].Rows();
            var most = epsilon * _margin.Sum(w => Math.Abs((double)w));
            foreach (var (before, after) in batch.Images.Rows().Zip(perturbed))
                Assert.Equal(most, Margin(before) - Margin(after), 1e-5 * Math.Max(1, most));
        }
    }

    [Theory, MemberData(nameof(Attacks))]
    public void L2_lowers_the_margin_by_epsilon_times_the_L2_norm(string attack)
    {
        var batch = Batch(20);
        foreach (var epsilon in new[] { 0.05, 0.5, 0.9 })
        {
            var perturbed = Attack(attack, Norm.L2).Perturb(Network(12), batch, [epsilon], 0, CancellationToken.None)[0].Rows();
            var most = epsilon * Math.Sqrt(_margin.Sum(w => (double)w * w));
            // A step of PGD turns by a share of the angle that is left, so a random start is not all forgotten.
            foreach (var (before, after) in batch.Images.Rows().Zip(perturbed))
                Assert.InRange(Margin(before) - Margin(after),
                    (attack is "fgsm" or "pgd from the image" ? 0.9999 : attack == "pgd" ? 0.97 : 0.85) * most, 1.00001 * most);
        }
    }

    [Theory, MemberData(nameof(Attacks))]
    public void At_the_border_of_the_box_the_best_corner_is_reached(string attack)
    {
        var batch = Batch(20, -0.1f, 1.1f);
        batch = batch with { Images = _device.Clamp(batch.Images, 0, 1) };
        var perturbed = Attack(attack, Norm.Linf).Perturb(Network(12), batch, [0.3], 0, CancellationToken.None)[0].Rows();
        foreach (var (before, after) in batch.Images.Rows().Zip(perturbed))
            Assert.All(Enumerable.Range(0, Pixels),
                i => Assert.Equal(Math.Clamp(before[i] - 0.3f * Math.Sign(_margin[i]), 0, 1), after[i], 1e-6));
    }

    [Fact]
    public void A_zero_gradient_moves_nothing_and_gives_no_NaN()
    {
        var flat = new Network(new Softmax(), Shape, 2, _device, [new float[2 * Pixels], [1, 0]]);
        var batch = Batch(5);
        foreach (var norm in Enum.GetValues<Norm>())
        {
            Assert.Equal(batch.Images.ToArray(), new Fgsm(norm).Perturb(flat, batch, [0.3], 0, CancellationToken.None)[0].ToArray());
            Assert.Equal(batch.Images.ToArray(),
                new Pgd(randomStart: false, norm: norm).Perturb(flat, batch, [0.3], 0, CancellationToken.None)[0].ToArray());
        }
    }

    [Theory, InlineData(Norm.Linf), InlineData(Norm.L2)]
    public void A_tiny_gradient_is_climbed_as_far_as_a_large_one(Norm norm)
    {
        // A margin of 70 leaves a gradient of e^-70, whose square is no float any more. Its direction is that of the other class alone: p -
        // 1 is rounded to 0.
        var batch = Batch(5);
        var perturbed = new Fgsm(norm).Perturb(Network(70), batch, [0.3], 0, CancellationToken.None)[0].Rows();
        var most = 0.3 * (norm == Norm.Linf ? _margin.Sum(w => Math.Abs((double)w)) : Math.Sqrt(_margin.Sum(w => (double)w * w)));
        foreach (var (before, after) in batch.Images.Rows().Zip(perturbed))
            Assert.InRange(Margin(before) - Margin(after), 0.5 * most, 1.001 * most);
    }

    [Fact]
    public void On_two_classes_PGD_leaves_exactly_what_FGSM_leaves()
    {
        // The bias puts the images on both sides of what each strength can break.
        var (network, batch) = (Network(1.5f), Batch(300, 0, 1));
        double[] strengths = [0.02, 0.05, 0.1, 0.2, 0.3];
        var fgsm = new Fgsm().Perturb(network, batch, strengths, 0, CancellationToken.None);
        var pgd = new Pgd(steps: 100).Perturb(network, batch, strengths, 0, CancellationToken.None);
        foreach (var (one, many) in fgsm.Zip(pgd)) Assert.Equal(network.Predict(one).ToArray(), network.Predict(many).ToArray());
        Assert.NotEqual(network.Predict(fgsm[0]).ToArray(), network.Predict(fgsm[^1]).ToArray());
    }
}
