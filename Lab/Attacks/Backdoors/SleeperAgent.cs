using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Targeted;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>
/// Clean-label backdoor whose trigger no training image shows. Images of the target class are perturbed, hardly visibly, and keep their
/// labels; a network that trains on them learns to take images of the source class with a white square for the target. At test time an
/// image shows the square alone.
/// </summary>
/// <param name="target">The class whose training images are perturbed, and which images with the square are to be taken for.</param>
/// <param name="source">The class whose images are shown with the square at test time.</param>
/// <param name="size">Side of the square in the lower right corner, in pixels.</param>
/// <param name="opacity">The opacity of the square; at 1 it covers what is behind it.</param>
/// <param name="epsilon">Largest change of a pixel of a training image.</param>
/// <param name="iterations">Steps of gradient matching.</param>
/// <param name="retrain">The number of times that the attacker's network is trained again on the poison so far, at equal
/// intervals.</param>
/// <param name="perturbation">matched, or noise (random signs of the same size, the control).</param>
/// <remarks>
/// Souri et al., "Sleeper agent: scalable hidden trigger backdoors for neural networks trained from scratch", NeurIPS 2022, with one
/// surrogate and no augmentation in the loop: the images of largest training gradient are perturbed, a network of the attacker's own is
/// matched, and its gradient by the images is a difference of gradients at two points of the weights.
/// </remarks>
[Named("sleeper-agent"), Cites("souri2022sleeper"), Strength(StrengthUnit.Fraction, 1)]
public sealed class SleeperAgent(
    [Range(0, int.MaxValue)] int target = 0,
    [Range(0, int.MaxValue)] int source = 1,
    [Range(1, 1024)] int size = 8,
    [Range(0, 1, MinimumIsExclusive = true)] double opacity = 1,
    [Range(0, 1, MinimumIsExclusive = true)] double epsilon = 16 / 255.0,
    [Range(1, 100_000)] int iterations = 250,
    [Range(0, 1000)] int retrain = 4,
    Perturbation perturbation = Perturbation.Matched) : BackdoorAttack(target, source, cover: 0)
{
    // Images of the source whose mean gradient is matched, at most.
    const int Sources = 1000;

    /// <inheritdoc/>
    public override bool KeepsLabels => true;

    /// <inheritdoc/>
    public override bool Kept => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        new BadNets(Target, size).Objection(data, samples)?.Replace("badnets", Name) ?? base.Objection(data, samples);

    /// <inheritdoc/>
    public override Action<Span<float>> Trigger(ImageShape shape, ulong seed) => image => Patch.Write(image, shape, size, (float)opacity);

    /// <inheritdoc/>
    protected override Action<Span<float>> TrainingTrigger(ImageShape shape, ulong seed) => _ => { };

    /// <summary>Orders samples by the length of the gradient of their loss, the longest first.</summary>
    protected override IEnumerable<int> Rank(PoisoningContext victim, int[] samples)
    {
        using var surrogate = victim.Surrogate();
        var batches = new Batches(victim.Data.Train, victim.Data.Shape, victim.Device);
        var lengths = Array.ConvertAll(samples, sample =>
        {
            victim.Cancellation.ThrowIfCancellationRequested();
            using var scope = victim.Device.Scope();
            var one = batches.Take(new[] { sample });
            return Alignment.Length(surrogate, one.Images, one.Labels);
        });
        return Enumerable.Range(0, samples.Length).OrderByDescending(i => lengths[i]).Select(i => samples[i]);
    }

    /// <inheritdoc/>
    protected override float[] Prepare(PoisoningContext victim, int[] samples)
    {
        using var scope = victim.Device.Scope();
        var clean = new Batches(victim.Data.Train, victim.Data.Shape, victim.Device).Take(samples);
        if (perturbation == Perturbation.Noise)
            return Crafting.Noise(clean.Images, epsilon, new(victim.Seed, "sleeper agent noise")).ToArray();
        var shown = Shown(victim);
        var crafting = new Crafting(clean.Images, epsilon, iterations, new(victim.Seed, "sleeper agent start"));
        var surrogate = victim.Surrogate();
        try
        {
            var alignment = new Alignment(surrogate, shown, Target);
            for (var i = 0; i < iterations; i++)
            {
                victim.Cancellation.ThrowIfCancellationRequested();
                if (i > 0 && i * (retrain + 1L) / iterations > (i - 1) * (retrain + 1L) / iterations)
                {
                    surrogate.Dispose();
                    surrogate = Retrained(victim, samples, crafting.Images.ToArray(), i);
                    alignment = new(surrogate, shown, Target);
                }

                var (loss, moved) = crafting.Step(alignment, clean.Labels);
                if (i % 50 == 0) victim.Report(FormattableString.Invariant($"sleeper agent: step {i} of {iterations}, loss {loss:0.000}"));
                if (!moved) break;
            }
        }
        finally
        {
            surrogate.Dispose();
        }

        return crafting.Images.ToArray();
    }

    /// <summary>Training images of the source class that show the square.</summary>
    Tensor Shown(PoisoningContext victim)
    {
        var (train, shape) = (victim.Data.Train, victim.Data.Shape);
        int[] own = [.. Enumerable.Range(0, train.Count).Where(i => train.Labels[i] == source).Take(Sources)];
        if (own.Length == 0) throw new LabException($"{Name}: no training sample is of class {source}: train on more samples.");
        var inputs = train.Take(own).Inputs;
        var stamp = Trigger(shape, victim.Seed);
        for (var i = 0; i < own.Length; i++) stamp(inputs.AsSpan(i * shape.Size, shape.Size));
        return victim.Device.Upload(inputs, [own.Length, shape.Channels, shape.Height, shape.Width]);
    }

    static Network Retrained(PoisoningContext victim, int[] samples, float[] images, int step)
    {
        var poisoned = Poisoned.Replace(victim.Data.Train, samples, images, Array.ConvertAll(samples, i => victim.Data.Train.Labels[i]));
        return Trainer.Train(
            victim.Model, victim.Data, poisoned.Samples, victim.Recipe, new PlainLoss(),
            new PhiloxStream(victim.Seed, "sleeper agent surrogate", (ulong)step).NextULong(), victim.Device, victim.Report,
            victim.Cancellation);
    }
}
