using Grid.Sweeps.Curves;

namespace Grid.Sweeps.Checks;

/// <summary>What one rule says of one series.</summary>
/// <param name="Rule">The number of the rule, such as H2.</param>
/// <param name="Grade">How well the series keeps the rule.</param>
/// <param name="Evidence">The figures behind the grade, in one line.</param>
public sealed record Verdict(string Rule, Grade Grade, string Evidence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Grade.ToString().ToLowerInvariant()} {Rule}: {Evidence}";
}

/// <summary>A verdict with the series that it judges.</summary>
/// <param name="Series">The name of the series.</param>
/// <param name="Verdict">What the rule says of it.</param>
public sealed record SeriesVerdict(CellName Series, Verdict Verdict);
