using Grid.Sweeps.Results;

namespace Grid.Sweeps.Strengths;

/// <summary>
/// Spends a number of strengths where the curve changes most: the interval with the largest slope times length is halved, the longest of
/// those that are equal.
/// </summary>
/// <param name="Count">The number of strengths to evaluate, including both ends; the control is evaluated in addition if it is no
/// candidate.</param>
/// <param name="Of">The name of the metric.</param>
/// <param name="From">The smallest strength but the control.</param>
sealed record AdaptiveRule(int Count, string Of, double From) : StrengthRule
{
    /// <inheritdoc/>
    public override string Text => FormattableString.Invariant($"adaptive {Count} of {Of}");

    /// <inheritdoc/>
    public override int Most(int candidates) => Math.Min(candidates, Count);

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds)
    {
        var last = rounds.Strengths.Count - 1;
        if (rounds.Missing([0, rounds.First(From), last / 2, last]) is { Count: > 0 } ends) return ends;
        var known = rounds.Known.ToList();
        if (known.Count >= Count) return [];
        return known.Zip(known.Skip(1)).Where(i => i.Second - i.First > 1)
            .OrderByDescending(i => Math.Abs(rounds.Value(i.First, Of) - rounds.Value(i.Second, Of)))
            .ThenByDescending(i => i.Second - i.First)
            .Take(1).Select(i => (i.First + i.Second) / 2).ToList();
    }
}
