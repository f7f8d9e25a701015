using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec;

/// <summary>Combinations that shall not run; where Strengths holds conditions, only these strengths of them shall not.</summary>
/// <param name="Emptied">What to say where nothing is left.</param>
/// <param name="Idle">What to say where nothing is taken away.</param>
sealed record Exclusion(IReadOnlyList<Condition> All, IReadOnlyList<Condition> Strengths, Problem Emptied, Problem Idle)
{
    public bool Covers(ReadOnlySpan<ParameterValue> combination)
    {
        foreach (var condition in All)
            if (!condition.Holds(combination)) return false;
        return true;
    }

    public bool Covers(double strength) => Strengths.All(s => s.Holds(new Number(strength)));
}
