using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Strengths;

/// <summary>
/// Looks for the strength at which a rate crosses a level. The next strength comes from inverse quadratic interpolation of normal
/// quantiles, through the two strengths around the crossing and the one nearest to them: a rate often falls like a normal distribution
/// function whose argument is slightly curved. If the distance is larger than bisection would have left it a few steps ago, the middle
/// comes next, so that no curve takes many more steps than by bisection, and most take half as many (Oliveira and Takahashi 2020, ACM TOMS
/// 47:5, bound interpolation in this way). The search ends when the two strengths are neighbours, unless the curve comes so near the level
/// before them that a single sample may have decided; then the strength before them follows.
/// </summary>
/// <param name="Level">The level, in (0, 1): of the rate itself, or of its value at strength 0 where <paramref name="Relative"/>.</param>
/// <param name="Of">The metric; its name decides whether it falls or rises with strength.</param>
/// <param name="From">The smallest strength of the search; the control is evaluated in addition.</param>
sealed record FindRule(double Level, string Of, bool Relative, double From) : StrengthRule
{
    /// <summary>The names of the metrics whose crossing can be looked for.</summary>
    public static IReadOnlyList<string> Metrics { get; } = [Metric.RobustAccuracy, Metric.CertifiedAccuracy, Metric.AttackSuccessRate];

    /// <summary>Whether many strengths cost little more than one, for example because one gradient serves them all. They are then requested
    /// side by side, and two rounds are enough.</summary>
    public bool IsWide { get; init; }

    // A curve of samples may rise again: where it stands so many samples above the level, and no more, it is looked at one strength
    // earlier, so often at most.
    const int Doubtful = 1, MostDoubts = 3;

    // How many steps interpolation may be behind bisection.
    const int Behind = 2;

    /// <inheritdoc/>
    public override string Text =>
        FormattableString.Invariant($"find {Level} of {Of}{(Relative ? " relative" : "")}{(IsWide ? " wide" : "")}");

    bool Rises => Of == Metric.AttackSuccessRate;

    // By what it may be behind, the distance is at most twice what it should be; one step more is lost by rounding.
    /// <inheritdoc/>
    public override int Most(int candidates) => Math.Min(candidates,
        3 + MostDoubts + (IsWide ? 2 * Fan(candidates) : (int)Math.Ceiling(Math.Log2(Math.Max(2, candidates))) + Behind + 2));

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds)
    {
        var (first, last) = (rounds.First(From), rounds.Strengths.Count - 1);
        if (rounds.Missing([0, first, last, .. IsWide ? Between(first, last, Fan(last + 1)) : []]) is { Count: > 0 } ends) return ends;
        if (Bracket(rounds, rounds.Known) is not var (low, high)) return [];
        if (high - low <= 1) return Doubted(rounds, low);
        if (IsWide) return [.. Between(low, high, Fan(last + 1))];
        // The first round had the ends.
        var isBehind = high - low > (last - first) * Math.Pow(2, Behind + 1 - rounds.Count);
        var at = isBehind ? (low + high) / 2 : (int)Math.Round(Expected(rounds, low, high));
        return [Math.Clamp(at, low + 1, high - 1)];
    }

    /// <summary>The number of strengths at once with which two rounds are enough.</summary>
    static int Fan(int candidates) => (int)Math.Ceiling(Math.Sqrt(candidates));

    /// <summary>Places between two others in equal steps, or all of them if there are no more than a number.</summary>
    static IEnumerable<int> Between(int low, int high, int most)
    {
        var count = Math.Min(most, high - low - 1);
        return Enumerable.Range(1, Math.Max(0, count)).Select(i => low + (int)((long)i * (high - low) / (count + 1)));
    }

    /// <summary>The strength before the crossing, if the curve is so near the level there that it may have crossed it earlier.</summary>
    IReadOnlyList<int> Doubted(Rounds rounds, int low)
    {
        for (var place = low; place > Math.Max(rounds.First(From), low - MostDoubts); place--)
        {
            if ((Rate(rounds, place) - Target(rounds)) * rounds.Samples(place, Of) > Doubtful + 1e-6) break;
            if (rounds.Missing([place - 1]) is { Count: > 0 } before) return before;
        }

        return [];
    }

    /// <summary>The places around the first crossing; null where there is none.</summary>
    (int Low, int High)? Bracket(Rounds rounds, IEnumerable<int> known)
    {
        var (first, before) = (rounds.First(From), -1);
        foreach (var place in known.Where(p => p >= first))
        {
            var rate = Rate(rounds, place);
            if (double.IsNaN(rate)) return null;
            if (rate <= Target(rounds)) return before < 0 ? null : (before, place);
            before = place;
        }

        return null;
    }

    double Rate(Rounds rounds, int place) => Rises ? 1 - rounds.Value(place, Of) : rounds.Value(place, Of);

    double Target(Rounds rounds) => Rises ? 1 - Level : Relative ? Level * rounds.Value(0, Of) : Level;

    /// <summary>The place between two others where the crossing is expected.</summary>
    double Expected(Rounds rounds, int low, int high)
    {
        var (left, right, level) = (Quantile(rounds, low), Quantile(rounds, high), Quantile(rounds, low, Target(rounds)));
        if (left <= right) return (low + high) / 2.0;
        var straight = low + (high - low) * Math.Clamp((left - level) / (left - right), 0, 1);
        var third = rounds.Known.Where(p => p != low && p != high && Rate(rounds, p) is > 0 and < 1)
            .OrderBy(p => Math.Min(Math.Abs(p - low), Math.Abs(p - high))).Take(1).ToList();
        if (third is not [var near] || Quantile(rounds, near) is var beside && (beside == left || beside == right)) return straight;
        var bent = Term(low, left, right, beside) + Term(high, right, left, beside) + Term(near, beside, left, right);
        return bent > low && bent < high ? bent : straight;

        double Term(int place, double own, double one, double other) =>
            place * (level - one) / (own - one) * (level - other) / (own - other);
    }

    double Quantile(Rounds rounds, int place) => Quantile(rounds, place, Rate(rounds, place));

    /// <summary>The normal quantile of a rate. A rate of 0 or 1 is moved inwards by half a sample.</summary>
    double Quantile(Rounds rounds, int place, double rate)
    {
        var least = 0.5 / Math.Max(1, rounds.Samples(place, Of));
        return Intervals.NormalQuantile(Math.Clamp(rate, least, 1 - least));
    }
}
