using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Poisoning;

/// <summary>
/// Appends points with an arbitrary size (1 to 10) and price (200 to 1000) to the training set of a regression, drawn anew in each trial:
/// the attack of the FRIENDS experiment.
/// </summary>
[Named("price-poisoning"), Strength(StrengthUnit.Points, 1000, Whole = true)]
public sealed class PricePoisoning : PoisoningAttack
{
    /// <inheritdoc/>
    public override bool ForRegressions => true;

    /// <inheritdoc/>
    public override Poisoned Poison(PoisoningContext victim, double strength) =>
        throw new LabException($"price-poisoning is for regressions such as houses with the model linear; {victim.Data.Name} has classes: use label-flip.");
}
