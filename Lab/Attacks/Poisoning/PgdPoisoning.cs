using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Poisoning;

/// <summary>Under which label an adversarial example enters the training set.</summary>
public enum PoisonLabel
{
    /// <summary>The label of the clean image. This is adversarial training and no poison.</summary>
    True,

    /// <summary>The wrong class that the attacker's network takes it for.</summary>
    Adversarial,

    /// <summary>Uniformly among the wrong classes.</summary>
    Random,
}

/// <summary>
/// Puts PGD adversarial examples (Linf) into the training set, made of a fraction of its images against the attacker's own network, which
/// was trained on the clean set. With label true this is adversarial training, not poison; with adversarial, the default, or random labels
/// it is poison.
/// </summary>
/// <param name="label">true (adversarial training, no poison), adversarial (the wrong class that the attacker's network finds likeliest),
/// random (any wrong class).</param>
/// <param name="epsilon">Largest change of a pixel.</param>
/// <param name="steps">Gradient steps from a random point of the ball; the last iterate is taken, broken or not.</param>
/// <param name="stepSize">Length of a step as a share of epsilon; none takes 2.5 / steps, so that the whole ball is within reach.</param>
/// <param name="mode">replace (the examples take the place of the images they were made from) or add.</param>
/// <remarks>PGD: Madry et al., ICLR 2018. As poison: Fowl et al., "Adversarial examples make strong poisons", NeurIPS 2021, which perturbs
/// the whole set.</remarks>
[Named("pgd-poisoning"), Cites("madry2018towards", "fowl2021adversarial"), Strength(StrengthUnit.Fraction, 1)]
public sealed class PgdPoisoning(
    PoisonLabel label = PoisonLabel.Adversarial,
    [Range(0, 1, MinimumIsExclusive = true)] double epsilon = 0.3,
    [Range(1, 1_000_000)] int steps = 40,
    [Range(0, 1, MinimumIsExclusive = true)] double? stepSize = null,
    Placement mode = Placement.Replace) : PoisoningAttack
{
    /// <inheritdoc/>
    public override bool Kept => true;

    /// <inheritdoc/>
    public override Poisoned Poison(PoisoningContext victim, double strength)
    {
        var train = victim.Data.Train;
        var chosen = victim.Choose("pgd poisoning", strength);
        if (chosen.Length == 0) return new(train, []);
        var labels = new int[chosen.Length];
        var inputs =
            Images(victim, chosen, (surrogate, images, block, done) => Labels(surrogate, images, block, victim).CopyTo(labels, done));
        return mode == Placement.Replace ? Poisoned.Replace(train, chosen, inputs, labels) : Poisoned.Append(train, inputs, labels);
    }

    /// <summary>The adversarial examples of these samples, row by row.</summary>
    /// <param name="each">Gets the surrogate, a block of the examples with their samples, and how many came before.</param>
    internal float[] Images(PoisoningContext victim, int[] samples, Action<Network, Tensor, int[], int>? each = null)
    {
        using var surrogate = victim.Surrogate();
        var batches = new Batches(victim.Data.Train, victim.Data.Shape, victim.Device);
        var inputs = new float[samples.Length * victim.Data.Shape.Size];
        var done = 0;
        foreach (var block in samples.Chunk(Surrogates.Block))
        {
            victim.Report($"PGD on images of {victim.Data.Name} to be poisoned: {done} of {samples.Length} samples");
            using var scope = victim.Device.Scope();
            var images = Ascend(surrogate, batches.Take(block), victim);
            images.ToArray().CopyTo(inputs, done * victim.Data.Shape.Size);
            each?.Invoke(surrogate, images, block, done);
            done += block.Length;
        }

        return inputs;
    }

    Tensor Ascend(Network surrogate, Batch batch, PoisoningContext victim)
    {
        var device = victim.Device;
        var ball = new NormBall(Norm.Linf, batch.Images, device.Full([batch.Count], (float)epsilon));
        var step = device.Full([batch.Count], (float)(epsilon * (stepSize ?? 2.5 / steps)));
        var images = ball.RandomPoint(Array.ConvertAll(batch.Samples.ToArray(), sample => (sample, victim.Seed)), "pgd poisoning start", 0);
        for (var i = 0; i < steps; i++)
        {
            victim.Cancellation.ThrowIfCancellationRequested();
            using var temporaries = device.Scope();
            var moved =
                ball.Ascend(images, surrogate.LossGradient(images, batch.Labels, new LogitLoss(Objective.CrossEntropy)).Gradient!, step);
            images.Dispose();
            images = temporaries.Keep(moved);
        }

        return images;
    }

    int[] Labels(Network surrogate, Tensor images, int[] samples, PoisoningContext victim)
    {
        var labels = Array.ConvertAll(samples, i => victim.Data.Train.Labels[i]);
        return label switch
        {
            PoisonLabel.True => labels,
            PoisonLabel.Adversarial => surrogate.Logits(images).WrongClasses(labels, likeliest: true),
            _ => Array.ConvertAll(samples, i => victim.WrongLabel("pgd poisoning class", i, victim.Data.Train.Labels[i])),
        };
    }
}
