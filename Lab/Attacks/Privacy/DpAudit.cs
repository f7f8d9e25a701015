using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Privacy;

/// <summary>Which samples an audit puts in or leaves out.</summary>
public enum Canary
{
    /// <summary>Training images under a random wrong label: nothing else in the set speaks for them, so that they are remembered or
    /// not.</summary>
    Mislabelled,

    /// <summary>Training samples as they are.</summary>
    Clean,
}

/// <summary>
/// Audits the privacy of a training in one run: canaries are put into the training set or left out by coins, and how many of the surest
/// guesses are right bounds from below the epsilon that the training can have. A bound above the epsilon that a defense states refutes it.
/// </summary>
/// <param name="canaries">Number of canaries: the first training samples, each put in or left out by a coin of its own.</param>
/// <param name="guesses">Number of canaries that are guessed, half of them the likeliest to be in, half the likeliest to be out; nothing is
/// said of the others. An even number.</param>
/// <param name="canary">mislabelled (under a random wrong label) or clean.</param>
/// <param name="delta">Chance at which the guarantee may fail.</param>
/// <remarks>Steinke, Nasr and Jagielski, "Privacy auditing with one (1) training run", NeurIPS 2023, theorem 5.2, with 95 %
/// confidence.</remarks>
[Named("dp-audit"), Cites("steinke2023privacy"), Strength(StrengthUnit.Switch, 1, Whole = true)]
public sealed class DpAudit(
    [Range(20, 1_000_000)] int canaries = 1000,
    [Range(2, 1_000_000)] int guesses = 200,
    Canary canary = Canary.Mislabelled,
    [Range(0, 1, MaximumIsExclusive = true)] double delta = 1e-5) : PrivacyAttack
{
    /// <summary>The number of canaries.</summary>
    internal int Canaries => canaries;

    /// <summary>The number of canaries that are guessed.</summary>
    internal int Guesses { get; } = guesses % 2 == 0 && guesses <= canaries
        ? guesses
        : throw new ArgumentException($"guesses: {guesses} must be an even number of the {canaries} canaries.");

    /// <summary>Which samples serve as canaries.</summary>
    internal Canary Canary => canary;

    /// <summary>The delta at which epsilon is bounded: the chance at which the guarantee may fail.</summary>
    internal double Delta => delta;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => canaries <= samples
        ? data.Classes > 1 ? null : $"{data.Name} has one class only: no label is wrong."
        : $"dp-audit: {canaries} canaries are more than the {samples} training samples: ask for fewer.";

    /// <inheritdoc/>
    public override MembershipScores Judge(Evidence evidence) => new(evidence.Target.Each(evidence.Target.LogOdds), Threshold: 0);
}
