namespace Grid.Sweeps.Cells;

/// <summary>A poisoning attack of a fixed strength, beside the attack that is swept.</summary>
/// <param name="Attack">The poisoning attack.</param>
/// <param name="Strength">The strength of the poison: a share of the training set, or a number of points.</param>
public sealed record Poison(Choice Attack, double Strength);

/// <summary>
/// One experiment. Its result is a function of these values alone.
/// </summary>
/// <param name="Dataset">The data set, an entry of the catalogue with its settings.</param>
/// <param name="Model">The model, an entry of the catalogue with its settings.</param>
/// <param name="Training">The epochs, batch, optimizer and so on, as a choice that is named <c>training</c>.</param>
/// <param name="Poison">The poison; null without one.</param>
/// <param name="Attack">The attack, an entry of the catalogue with its settings.</param>
/// <param name="Defense">The defense, an entry of the catalogue with its settings.</param>
/// <param name="Strength">The strength of the attack, from 0: epsilon for evasion, a share or a number of points for poisoning. 0 is the
/// control.</param>
/// <param name="Seed">The seed of all random numbers, from 0.</param>
/// <param name="Evaluation">Samples, trials and so on, as a choice that is named <c>evaluation</c>.</param>
public sealed record Cell(
    Choice Dataset,
    Choice Model,
    Choice Training,
    Poison? Poison,
    Choice Attack,
    Choice Defense,
    double Strength,
    int Seed,
    Choice Evaluation);
