using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec;

/// <summary>Settings given to the combinations that meet all conditions.</summary>
/// <param name="Strengths">The strengths of these combinations; null where they keep the sweep's.</param>
/// <param name="Idle">What to say where no combination meets them.</param>
sealed record WhenRule(IReadOnlyList<Condition> If, IReadOnlyList<Assignment> Set, StrengthAxis? Strengths, Problem Idle)
{
    /// <summary>Gives a combination the settings, if it meets all conditions.</summary>
    /// <returns>Whether the combination meets them.</returns>
    public bool Apply(Span<ParameterValue> combination)
    {
        foreach (var condition in If)
            if (!condition.Holds(combination)) return false;
        foreach (var assignment in Set) assignment.Apply(combination);
        return true;
    }
}

/// <summary>A setting that is given a value.</summary>
/// <param name="Values">The value by the name of the choice that has the setting, since one word may mean different parameters; under the
/// empty name for an axis itself.</param>
/// <param name="Missing">What to say where the combination has no such setting.</param>
sealed record Assignment(SettingPath Path, IReadOnlyDictionary<string, ParameterValue> Values, Problem Missing)
{
    public void Apply(Span<ParameterValue> combination) =>
        combination[Path.Index] = Path.Rest.IsEmpty ? Values[""] : Replaced(combination[Path.Index], 0);

    Pick Replaced(ParameterValue whole, int depth)
    {
        var step = Path.Rest[depth];
        if (whole is not Pick { Value: var choice } || !choice.Settings.TryGetValue(step, out var old)) throw new SpecException(Missing);
        ParameterValue value = depth < Path.Rest.Length - 1 ? Replaced(old, depth + 1)
            : Values.TryGetValue(choice.Name, out var given) ? given
            : throw new SpecException(Missing);
        return new Pick(choice with { Settings = choice.Settings.SetItem(step, value) });
    }
}
