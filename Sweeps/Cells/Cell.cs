namespace Grid.Sweeps.Cells;

/// <summary>A poisoning attack at a fixed amount, beside the attack that is swept.</summary>
/// <param name="Attack">The poisoning attack.</param>
/// <param name="Strength">Its strength: the share of the training set, or a number of points.</param>
public sealed record Poison(Choice Attack, double Strength);

/// <summary>
/// One experiment. Its result is a function of these values alone.
/// </summary>
/// <param name="Dataset">From the catalogue of datasets, as are Model, Attack and Defense from theirs.</param>
/// <param name="Model">The model.</param>
/// <param name="Training">Epochs, batch, optimizer and so on, as a choice named <c>training</c>.</param>
/// <param name="Poison">The poison; null without one.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Defense">The defense.</param>
/// <param name="Strength">The attack's: epsilon for evasion, fraction or count for poisoning; 0 is the control.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Evaluation">Samples, trials and so on, as a choice named <c>evaluation</c>.</param>
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
