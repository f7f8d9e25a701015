using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Evasion.MinimumNorm;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

/// <summary>On an affine network of two classes the nearest adversarial image and the worst within a radius are known, where the box is
/// far.</summary>
public sealed class AffineAttackTests : IDisposable
{
    const int Pixels = 64;

    static readonly ImageShape Shape = new(1, 8, 8);

    readonly CpuDevice _device = new();
    readonly float[] _weights = new float[4 * Pixels];
    readonly double[] _margin;
    readonly double _bias;
    readonly Network _network;

    public AffineAttackTests()
    {
        new PhiloxStream(1, "affine").FillNormal(_weights, 0, 0.1f);
        _margin = [.. Enumerable.Range(0, Pixels).Select(i => (double)_weights[i] - _weights[Pixels + i])];
        _bias = -0.5 * _margin.Sum();
        // Two classes that count, and share the images, and two that never win.
        _network = new(new Softmax(), Shape, 4, _device, [_weights, [(float)_bias, 0, -50, -60]]);
    }

    public static TheoryData<MinimumNormAttack, double, double> Nearest => new()
    {
        // How far above the shortest distance it may end: FAB by its overshoot.
        { new Ddn(), 0.999, 1.01 }, { new Fmn(Norm.L2), 0.999, 1.01 }, { new Fmn(), 0.999, 1.01 }, { new Fmn(Norm.L1), 0.999, 1.05 },
        { new SuperDeepFool(), 0.999, 1.01 },
        { new DeepFool(), 0.999, 1.021 }, { new Fab(targets: 0), 0.999, 1.05 }, { new Fab(Norm.L2, targets: 1), 0.999, 1.05 },
        { new Fab(Norm.L1, targets: 1), 0.999, 1.05 },
        { new CarliniWagner(steps: 500, c: 1), 0.999, 1.05 },
    };

    public void Dispose()
    {
        _network.Dispose();
        _device.Dispose();
    }

    Batch Batch(int count)
    {
        var values = new float[count * Pixels];
        new PhiloxStream(2, "affine").Fill(values, 0.4f, 0.6f);
        var images = _device.Upload(values, [count, 1, 8, 8]);
        return new(images, _network.Predict(images), Enumerable.Range(0, count).ToArray());
    }

    double Margin(float[] image, float label) => (image.Zip(_margin, (x, w) => x * w).Sum() + _bias) * (label == 0 ? 1 : -1);

    double Dual(Norm norm) =>
        norm switch { Norm.Linf => _margin.Sum(Math.Abs), Norm.L2 => Math.Sqrt(_margin.Sum(w => w * w)), _ => _margin.Max(Math.Abs) };

    [Theory, MemberData(nameof(Nearest))]
    public void The_distance_is_the_margin_by_the_dual_norm_of_its_gradient(MinimumNormAttack attack, double least, double most)
    {
        var batch = Batch(20);
        var (images, labels) = (batch.Images.Rows(), batch.Labels.ToArray());
        var distances = attack.Run(_network, batch, [1000], [0], CancellationToken.None).Distances!;
        Assert.Equal(2, labels.Distinct().Count());
        for (var i = 0; i < labels.Length; i++)
        {
            var nearest = Margin(images[i], labels[i]) / Dual(attack.Norm);
            // What is so near the border that a rounding decides, and what L1 can only reach beyond the box, is left out.
            if (nearest > 0.01 && (attack.Norm != Norm.L1 || nearest < 0.35))
                Assert.InRange(distances[i], least * nearest, most * nearest + 1e-4);
        }
    }

    [Theory]
    [InlineData(Norm.Linf, 10)]
    [InlineData(Norm.Linf, 100)]
    [InlineData(Norm.L2, 100)]
    public void Apgd_ends_at_the_worst_image_of_the_ball(Norm norm, int steps)
    {
        // A bias that nothing overcomes.
        using var network = new Network(new Softmax(), Shape, 4, _device, [_weights, [40, 0, -50, -60]]);
        var batch = Batch(10) with { Labels = _device.Zeros([10]) };
        var perturbed = new Apgd(steps, norm).Perturb(network, batch, [0.1], 0, CancellationToken.None)[0].Rows();
        foreach (var (before, after) in batch.Images.Rows().Zip(perturbed))
            Assert.Equal(0.1 * Dual(norm), Margin(before, 0) - Margin(after, 0), 1e-3 * Dual(norm));
    }

    [Fact]
    public void Checkpoints_come_ever_sooner()
    {
        Assert.Equal([22, 41, 57, 70, 80, 87, 93, 99], Apgd.Checkpoints(100));
        Assert.Equal([4, 7, 9, .. Enumerable.Range(10, 11)], Apgd.Checkpoints(20));
    }
}
