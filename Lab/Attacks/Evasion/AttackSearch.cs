using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Evasion;

/// <summary>
/// Looks for the attack, or the parameters of one, that lower accuracy most. At every strength it tries all candidates on a few samples,
/// drops the worse half, and tries the others on more (successive halving); the last one attacks all samples, and its result is reported.
/// Where it has no samples to search on, as within another entry, all attack in turn, each what the ones before it leave.
/// </summary>
/// <param name="attacks">The candidates: a list of attacks; or the name of an attack with its parameters, whose lists multiply, as in
/// search: {pgd: {step_size: [0.05, 0.1], loss: [cross-entropy, margin]}, budget: 20}.</param>
/// <param name="budget">What the search may cost in addition to the attack that it finds, counted in attacks on all samples.</param>
/// <remarks>Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.</remarks>
[Named("search"), Cites("jamieson2016nonstochastic"), Strength(StrengthUnit.Epsilon, 1000)]
public sealed class AttackSearch(
    [Role(ParameterRole.Candidates)] IReadOnlyList<Attack> attacks, [Range(1, 10_000)] int budget = 20) : EvasionAttack
{
    /// <summary>The most candidates: more are too many to show.</summary>
    const int Most = 256;

    /// <summary>The fewest samples after which a candidate may be dropped.</summary>
    const int FewestSamples = 10;

    readonly EvasionAttack[] _attacks = attacks.Count is > 1 and <= Most ? [.. attacks.Select(Candidate)]
        : throw new ArgumentException($"a search is among 2 attacks to {Most}, and this has {attacks.Count}.");

    /// <summary>The candidates.</summary>
    internal IReadOnlyList<EvasionAttack> Attacks => _attacks;

    /// <inheritdoc/>
    public override Objective Objective => _attacks[0].Objective;

    /// <inheritdoc/>
    public override LossRounding LossRounding => _attacks[0].LossRounding;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        _attacks.Select(a => a.Objection(data, samples)).FirstOrDefault(o => o is not null);

    /// <summary>The number of rounds that halve the candidates to one.</summary>
    internal int Rounds => (int)Math.Ceiling(Math.Log2(_attacks.Length));

    /// <summary>The number of samples on which each remaining candidate has been tried after a round.</summary>
    /// <param name="standing">The number of candidates in the round.</param>
    /// <param name="samples">The number of all samples.</param>
    internal int Tried(int standing, int samples) => (int)Math.Min(samples, (long)budget * samples / ((long)Rounds * standing));

    /// <summary>Why the budget is too small for so many samples; null if it is not.</summary>
    internal string? BudgetObjection(int samples)
    {
        var (first, wanted) = (Tried(_attacks.Length, samples), Math.Min(samples, FewestSamples));
        var enough = (int)Math.Ceiling((double)wanted * Rounds * _attacks.Length / samples);
        return first >= wanted ? null
            : $"a budget of {budget} tries {_attacks.Length} attacks on {first} of {samples} samples each at first, and fewer than "
                + $"{wanted} tell too little; give budget: {enough} or more, or more samples.";
    }

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct)
    {
        var images = _attacks[0].Perturb(target, batch, strengths, seed, ct);
        foreach (var attack in _attacks.Skip(1))
        {
            var others = attack.Perturb(target, batch, strengths, seed, ct);
            for (var k = 0; k < images.Length; k++)
                images[k] = strengths[k] == 0 ? images[k] : target.Predict(images[k]).Is(batch.Labels).Choose(others[k], images[k]);
        }

        return images;
    }

    static EvasionAttack Candidate(Attack attack) => attack is EvasionAttack evasion and not (AttackSearch or TransferAttack) ? evasion
        : throw new ArgumentException("what is tried must be evasion attacks on the model itself, no search and no transfer.");
}
