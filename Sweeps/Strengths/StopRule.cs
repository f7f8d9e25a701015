using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Strengths;

/// <summary>Gives up on a hopeless combination: one whose control meets a condition is not attacked.</summary>
/// <param name="Metric">The name of the metric, which is measured at strength 0.</param>
/// <param name="Comparison">The comparison: &lt;, &lt;=, &gt; or &gt;=.</param>
/// <param name="Than">The number it is compared with.</param>
/// <param name="Else">The rule that is followed otherwise.</param>
sealed record StopRule(string Metric, string Comparison, double Than, StrengthRule Else) : StrengthRule
{
    /// <summary>The comparisons of a condition, longest first.</summary>
    public static IReadOnlyList<string> Comparisons { get; } = ["<=", ">=", "<", ">"];

    /// <inheritdoc/>
    public override string Text => $"stop when {Metric} {Comparison} {Canonical.Number(Than)}; {Else.Text}";

    // What the rule that follows needs, it needs; of this one the control alone is judged.
    /// <inheritdoc/>
    public override bool NeedsResults => Else.NeedsResults;

    /// <inheritdoc/>
    public override int Most(int candidates) => Math.Min(candidates, 1 + Else.Most(candidates));

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds) => rounds.Missing([0]) is { Count: > 0 } control ? control : Stops(rounds)
        ? [] : Else.Next(rounds);

    /// <inheritdoc/>
    public override (IReadOnlyList<int> Places, string Reason)? Skipped(Rounds rounds) => rounds.Count > 0 && Stops(rounds)
        ? (Else.NeedsResults ? Else.Next(rounds) : rounds.Missing(Enumerable.Range(0, rounds.Strengths.Count)),
            FormattableString.Invariant($"{Metric} {Math.Round(rounds.Value(0, Metric), 4)} {Comparison} {Canonical.Number(Than)}"))
        : null;

    bool Stops(Rounds rounds) => rounds.Value(0, Metric) is var value && Comparison switch
    {
        "<" => value < Than,
        "<=" => value <= Than,
        ">" => value > Than,
        _ => value >= Than,
    };
}
