using Grid.Sweeps.Catalog;
using Grid.Sweeps.Spec.Values;

namespace Grid.Sweeps.Spec;

/// <summary>One axis of a sweep.</summary>
/// <param name="Name">The key of the sweep file.</param>
/// <param name="Values">What stands on it.</param>
public sealed record Axis(string Name, Variants Values)
{
    /// <summary>The axis of attacks on the training set.</summary>
    public const string Poison = "poison";
    /// <summary>The axis of seeds.</summary>
    public const string Seed = "seed";

    /// <summary>Strength is no axis among these: it runs within a group.</summary>
    public const string Strength = "strength";

    /// <summary>From the slowest to the fastest.</summary>
    public static IReadOnlyList<string> Order { get; } =
        [Category.Dataset, Category.Model, Category.Training, Poison, Category.Attack, Category.Defense, Category.Evaluation, Seed];
}
