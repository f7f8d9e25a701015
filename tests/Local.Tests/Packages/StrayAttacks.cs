using Grid.Compute;
using Grid.Lab;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Local.Tests.Packages;

/// <summary>Attacks of a plugin, this assembly, that go wrong.</summary>
static class StrayAttacks
{
    public static string Plugin { get; } = typeof(StrayAttacks).Assembly.Location;

    /// <summary>A sweep of FGSM, whose cells are sound, and of one of these.</summary>
    public static string Sweep(string attack) => $$"""
        name: stray
        dataset: digits
        model: softmax
        training: {epochs: 1}
        attack: [fgsm, {{attack}}]
        strength: [0, 0.1]
        evaluation: {samples: 100}
        """;
}

/// <summary>Throws what nobody expects.</summary>
[Named("throws"), Strength(StrengthUnit.Epsilon, 1, Norm = "linf")]
public sealed class Throws : EvasionAttack
{
    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        throw new InvalidTimeZoneException("of my own");
}

/// <summary>Makes images of another shape.</summary>
[Named("flattens"), Strength(StrengthUnit.Epsilon, 1, Norm = "linf")]
public sealed class Flattens : EvasionAttack
{
    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        [.. strengths.Select(_ => target.Device.Zeros([batch.Count, 7]))];
}

/// <summary>Makes no images.</summary>
[Named("forgets"), Strength(StrengthUnit.Epsilon, 1, Norm = "linf")]
public sealed class Forgets : EvasionAttack
{
    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        null!;
}

/// <summary>Never ends, and does not look at its cancellation token.</summary>
[Named("sleeps"), Strength(StrengthUnit.Epsilon, 1, Norm = "linf")]
public sealed class Sleeps : EvasionAttack
{
    /// <inheritdoc/>
    public override Objective Objective => Objective.None;

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct)
    {
        Thread.Sleep(Timeout.Infinite);
        return null!;
    }
}
