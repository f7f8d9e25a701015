using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Defenses.Smoothing;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Training;

/// <summary>
/// Randomized smoothing whose network is trained on adversarial examples of the smoothed classifier: L2 steps against the mean answer to a
/// few noisy copies, and then the loss on those very copies. It votes and certifies as randomized-smoothing does.
/// </summary>
/// <param name="sigma">Standard deviation of the noise, in units of the pixels.</param>
/// <param name="epsilon">Strength of the attack in the loop, L2; it rises from 0 over the first tenth of training.</param>
/// <param name="draws">Noisy copies of a sample.</param>
/// <param name="steps">Gradient steps of the attack in the loop.</param>
/// <param name="n0">Draws that select the class to certify, and votes of a prediction.</param>
/// <param name="n">Fresh draws that bound the class's probability from below.</param>
/// <param name="alpha">Share of certificates, and of predictions, that may be wrong.</param>
/// <remarks>Salman et al., "Provably robust deep learning via adversarially trained smoothed classifiers", NeurIPS 2019.</remarks>
[Named("smooth-adv"), Cites("salman2019provably")]
public sealed class SmoothAdv(
    [Range(0, 1000, MinimumIsExclusive = true)] double sigma = 0.25,
    [PerNetwork, Role(ParameterRole.TrainedStrength), Range(0, 1000, MinimumIsExclusive = true)] double epsilon = 0.5,
    [Range(1, 1000)] int draws = 2,
    [Range(1, 10_000)] int steps = 4,
    [Range(1, 100_000_000)] int n0 = 100,
    [Range(1, 100_000_000)] int n = 1000,
    [Range(0, 0.5, MinimumIsExclusive = true, MaximumIsExclusive = true)] double alpha = 0.001) : Defense
{
    const double WarmUp = 0.1;

    readonly RandomizedSmoothing _smoothing = new(sigma, n0, n, alpha);

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override bool TrainsTogether => true;

    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override bool Certifies => true;

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => _smoothing.Wrap(network);

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network, ulong seed) => _smoothing.Wrap(network, seed);

    /// <inheritdoc/>
    public override Certificate[] Certify(Classifier network, Batch batch, ulong seed, Action<string> report, CancellationToken ct) =>
        _smoothing.Certify(network, batch, seed, report, ct);

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step)
    {
        var noise = Noise(step);
        var images = Climb(step, noise);
        Variable? sum = null;
        foreach (var draw in noise)
        {
            var loss = step.Loss(images + draw, 1f / noise.Length);
            sum = sum is null ? loss : step.Tape.Add(sum, loss);
        }

        return sum!;
    }

    Tensor[] Noise(TrainingStep step)
    {
        var noise = new GaussianDraws(step.Seeds, "smoothing training", sigma);
        var (rows, zeros) = (GaussianDraws.BySample(step.Batch.Samples.Span), step.Tape.Device.Zeros(step.Batch.Images.Shape));
        return [.. Enumerable.Range(0, draws).Select(i => noise.Add(zeros, rows, (long)step.Number * draws + i))];
    }

    Tensor Climb(TrainingStep step, Tensor[] noise)
    {
        var (device, radii) = (step.Tape.Device, step.Each(this, d => d.Strength(step)));
        var images = step.Batch.Images.Copy();
        if (radii.All(r => r == 0)) return images;
        var ball = new NormBall(Norm.L2, step.Batch.Images, step.Rows(radii));
        var length = step.Rows([.. radii.Select(r => 2 * r / steps)]);
        for (var i = 0; i < steps; i++)
        {
            step.Cancellation.ThrowIfCancellationRequested();
            using var temporaries = device.Scope();
            device.CopyInto(images, ball.Ascend(images, Gradient(step, images, noise), length));
        }

        return images;
    }

    double Strength(TrainingStep step) => step.Warmed(epsilon, WarmUp);

    /// <summary>The gradient of the cross-entropy of the mean of the copies' softmax, up to a factor for each sample.</summary>
    static Tensor Gradient(TrainingStep step, Tensor images, Tensor[] noise)
    {
        var device = images.Device;
        Tensor? sum = null;
        foreach (var draw in noise)
        {
            var (tape, x) = (new Tape(device), Tape.Watch(images + draw));
            var logits = step.Network.Logits(tape, x);
            // d(-p_y) / dz = p_y (p - e_y); the logarithm of their mean divides all copies of a sample by the same.
            var p = device.Softmax(logits.Value);
            var own = new ClassMask(p).Of(step.Batch.Labels);
            var gradient = tape.Gradient(logits, x, (p - own).Scale((p * own).SumRows()));
            sum = sum is null ? gradient : sum + gradient;
        }

        return sum!;
    }
}
