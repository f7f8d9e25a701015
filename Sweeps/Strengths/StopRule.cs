using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Strengths;

/// <summary>Gives up on a hopeless combination: one whose control meets a condition is not attacked.</summary>
/// <param name="Metric">The name of the metric, which is measured at strength 0.</param>
/// <param name="Comparison">How the metric is compared with the number.</param>
/// <param name="Than">The number that the metric is compared with.</param>
/// <param name="Else">The rule that is followed otherwise.</param>
sealed record StopRule(string Metric, Comparison Comparison, double Than, StrengthRule Else) : StrengthRule
{
    /// <inheritdoc/>
    public override string Text => $"stop when {Metric} {Comparison.Sign()} {Canonical.Number(Than)}; {Else.Text}";

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
            FormattableString.Invariant($"{Metric} {Math.Round(rounds.Value(0, Metric), 4)} {Comparison.Sign()} {Canonical.Number(Than)}"))
        : null;

    bool Stops(Rounds rounds) => Comparison.Holds(rounds.Value(0, Metric), Than);
}
