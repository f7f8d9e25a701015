using Grid.Sweeps.Curves;

namespace Grid.Sweeps.Checks;

/// <summary>What one rule says of one series.</summary>
/// <param name="Rule">Number of the rule, such as H2.</param>
/// <param name="Evidence">The figures behind it, one line.</param>
public sealed record Verdict(string Rule, Grade Grade, string Evidence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Grade.ToString().ToLowerInvariant()} {Rule}: {Evidence}";
}

/// <summary>A verdict with the series it is on.</summary>
public sealed record SeriesVerdict(CellName Series, Verdict Verdict);
