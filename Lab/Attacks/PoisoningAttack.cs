using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks;

/// <summary>Changes the training set of a classifier.</summary>
public abstract class PoisoningAttack : Attack
{
    /// <summary>Whether the attack poisons regressions, and nothing else.</summary>
    public virtual bool ForRegressions => false;

    /// <summary>Whether the poison takes so long to make that it is kept for all cells that share it.</summary>
    public virtual bool Kept => false;

    /// <summary>
    /// The poisoned training set. A strength that is a fraction counts poisoned samples by the clean training set, p = n_poison / n_clean,
    /// changed or added, and n_poison = p * n_clean rounded. Strength 0 gives the set itself, and smaller sets of poisoned samples are
    /// contained in larger ones.
    /// </summary>
    /// <param name="victim">The training set under attack, and what goes with it.</param>
    /// <param name="strength">The strength, in the unit of the attack.</param>
    public abstract Poisoned Poison(PoisoningContext victim, double strength);

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        data.Classes > 1 ? null : $"{data.Name} has one class only: there is nothing to mistake it for.";
}
