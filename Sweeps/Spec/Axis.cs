using Grid.Sweeps.Catalog;
using Grid.Sweeps.Spec.Values;

namespace Grid.Sweeps.Spec;

/// <summary>One axis of a sweep.</summary>
/// <param name="Name">The key of the sweep file.</param>
/// <param name="Values">The values on the axis.</param>
public sealed record Axis(string Name, Variants Values)
{
    /// <summary>The key of the axis of attacks on the training set.</summary>
    public const string Poison = "poison";
    /// <summary>The key of the axis of seeds.</summary>
    public const string Seed = "seed";

    /// <summary>The key of strengths, which are no axis of <see cref="Order"/>: they run within a group.</summary>
    public const string Strength = "strength";

    /// <summary>The keys of all axes, from the slowest to the fastest.</summary>
    public static IReadOnlyList<string> Order { get; } =
        [Category.Dataset, Category.Model, Category.Training, Poison, Category.Attack, Category.Defense, Category.Evaluation, Seed];
}
