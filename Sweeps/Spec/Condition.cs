using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Strengths;

namespace Grid.Sweeps.Spec;

/// <summary>What a rule asks of one setting: to be one of some values, or a number within bounds.</summary>
/// <param name="Within">The bounds of a number; null where values are asked for.</param>
sealed record Condition(SettingPath Path, ImmutableArray<ParameterValue> AnyOf, Bounds? Within)
{
    public bool Holds(ReadOnlySpan<ParameterValue> combination) => Path.In(combination[Path.Index]) is { } value && Holds(value);

    public bool Holds(ParameterValue value) => value switch
    {
        Number n when Within is { } bounds => bounds.Hold(n.Value),
        _ when AnyOf.IsEmpty => false,
        Pick p => AnyOf.Contains(new Word(p.Value.Name)),
        Many m => m.Values.Any(Holds),
        _ => AnyOf.Contains(value),
    };
}

/// <summary>Bounds of a number, all of which must hold.</summary>
sealed record Bounds(ImmutableArray<(Comparison Comparison, double Than)> All)
{
    public bool Hold(double value) => All.All(b => b.Comparison.Holds(value, b.Than));
}
