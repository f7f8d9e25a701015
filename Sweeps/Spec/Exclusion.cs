using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec;

/// <summary>Combinations that shall not run; where Strengths holds conditions, only these strengths of them shall not.</summary>
sealed record Exclusion(IReadOnlyList<Condition> All, IReadOnlyList<Condition> Strengths, Problem Emptied)
{
    public bool Covers(ReadOnlySpan<ParameterValue> combination)
    {
        foreach (var condition in All)
            if (!condition.Holds(combination)) return false;
        return true;
    }

    public bool Covers(double strength) => Strengths.All(s => s.Holds(new Number(strength)));
}
