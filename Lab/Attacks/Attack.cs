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
    public abstract Poisoned Poison(Victim victim, double strength);
}

/// <summary>Whom a poisoning attack is aimed at. It never sees the test samples of <paramref name="Data"/>.</summary>
/// <param name="Data">Holds the clean training set.</param>
/// <param name="Device">For attacks that compute.</param>
/// <param name="Surrogate">The attacker's own network: the victim's architecture and recipe, trained on the clean set with another seed than the victim's;
/// the caller disposes it.</param>
public sealed record Victim(Dataset Data, ulong Seed, Device Device, Func<Network> Surrogate, CancellationToken Cancellation)
{
    /// <summary>The architecture that will be trained on the poisoned set.</summary>
    public Model Model { get; init; } = new Softmax();

    /// <summary>Training samples that the recipe leaves aside (its parameter samples): the attacker may look at them. Null where it takes all.</summary>
    public Lazy<Samples?> Reserve { get; init; } = new((Samples?)null);

    /// <summary>Keeps what is costly to make and is a function of the clean set, the attack and the seed, by a name within these.</summary>
    public Func<string, Func<IReadOnlyList<NamedTensor>>, IReadOnlyList<NamedTensor>> Remember { get; init; } = (_, make) => make();

    public Action<string> Report { get; init; } = _ => { };
}

/// <param name="Samples">The training set after the attack.</param>
/// <param name="Indices">Which of its samples were changed or added, ascending.</param>
public sealed record Poisoned(Samples Samples, IReadOnlyList<int> Indices);

/// <summary>How far two images are apart.</summary>
public enum Norm { Linf, L2 }
