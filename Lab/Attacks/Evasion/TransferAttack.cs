using Grid.Compute;
using Grid.Lab.Attacks.Iteration;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Made against a network of the attacker's own, and tried on the model: the attacker knows neither its weights nor its defense. Several
/// sources beside several models make a matrix, and the worst case over sources is the attack by all of them.
/// </summary>
/// <param name="source">The architecture of the attacker's network, trained on the clean set by the cell's recipe with a seed of its own;
/// or a file.</param>
/// <param name="attack">The attack that is made against it.</param>
/// <remarks>Papernot, McDaniel and Goodfellow, "Transferability in machine learning", 2016.</remarks>
[Named("transfer"), Cites("papernot2016transferability"), Strength(StrengthUnit.Epsilon, 100_000)]
public sealed class TransferAttack([DefaultEntry("cnn")] Model source, [DefaultEntry("pgd")] Attack attack) : EvasionAttack
{
    readonly EvasionAttack _attack =
        attack as EvasionAttack ?? throw new ArgumentException("what is made against the source must be an evasion attack.");

    /// <summary>The architecture of the network that the attack is made against.</summary>
    public Model Source => source;

    /// <inheritdoc/>
    public override Objective Objective => _attack.Objective;

    /// <inheritdoc/>
    public override LossRounding LossRounding => _attack.LossRounding;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => _attack.Objection(data, samples);

    /// <inheritdoc/>
    public override bool Together => source.Together && _attack.Together;

    /// <summary>Attacks the attacker's network.</summary>
    /// <param name="target">The attacker's network.</param>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        _attack.Perturb(target, batch, strengths, seed, ct);

    /// <summary>Attacks the attackers' networks.</summary>
    /// <param name="targets">The attackers' networks, as one.</param>
    public override Tensor[] PerturbTogether(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        _attack.PerturbTogether(targets, batch, strengths, seeds, ct);

    /// <summary>Attacks the attackers' networks.</summary>
    /// <param name="targets">The attackers' networks, as one.</param>
    public override EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        _attack.Run(targets, batch, strengths, seeds, ct);
}
