using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>What an adversary does. Strength is the x axis of its security curve; at 0 it changes nothing.</summary>
public abstract class Attack;

/// <summary>Perturbs inputs of a trained classifier.</summary>
public abstract class EvasionAttack : Attack
{
    /// <summary>
    /// Adversarial images for each strength, in the order given: [n, c, h, w] in [0, 1]. Each row depends on its sample, its strength and the seed alone,
    /// not on the batch or the other strengths; strength 0 gives the images themselves.
    /// </summary>
    public abstract Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct);
}

/// <summary>Changes the training set of a classifier.</summary>
public abstract class PoisoningAttack : Attack
{
    /// <summary>The poisoned training set. Strength 0 gives the set itself, and smaller sets of poisoned samples are contained in larger ones.</summary>
    public abstract Poisoned Poison(Dataset data, double strength, ulong seed);
}

/// <param name="Samples">The training set after the attack.</param>
/// <param name="Indices">Which of its samples were changed or added, ascending.</param>
public sealed record Poisoned(Samples Samples, IReadOnlyList<int> Indices);

/// <summary>How far two images are apart.</summary>
public enum Norm { Linf, L2 }
