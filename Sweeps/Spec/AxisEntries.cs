using Grid.Sweeps.Catalog;

namespace Grid.Sweeps.Spec;

/// <summary>What may stand on each axis, beyond what the catalogue says by itself.</summary>
static class AxisEntries
{
    public static readonly Parameter Strength =
        new(Axis.Strength, ParameterKind.Number, null, "how much of the attack, a number or an axis", Low: 0, HighOpen: true);

    public static readonly Parameter Seed = new("seeds", ParameterKind.Integer, null, Low: 0, High: int.MaxValue);

    public const string None = "none";

    public static IReadOnlyList<Entry> Of(string axis, Vocabulary vocabulary) => axis switch
    {
        // On the poison axis the amount is one more setting of the attack; the plan splits it off.
        Axis.Poison => [new Entry(Category.Attack, None, []), .. vocabulary.In(Category.Attack).Where(e => e.Kind == AttackKind.Poisoning)
            .Select(e => e with { Parameters = [.. e.Parameters, Strength] })],
        Category.Training or Category.Evaluation => [vocabulary.Find(axis, axis) ?? new Entry(axis, axis, [])],
        _ => [.. vocabulary.In(axis)],
    };

    public static string Word(string axis) => axis == Axis.Poison ? "poisoning attack" : axis;
}
