using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Strengths;

/// <summary>
/// Looks for the strength at which a rate crosses a level: between the two strengths around it the next is where a normal distribution
/// function through both would cross, or their middle where that has not halved their distance. Ends when they are neighbours.
/// </summary>
/// <param name="Level">In (0, 1): of the rate itself, or of its value at strength 0 where <paramref name="Relative"/>.</param>
/// <param name="Of">The metric; its name decides whether it falls or rises with strength.</param>
/// <param name="From">Where to look from; the control is evaluated besides.</param>
sealed record FindRule(double Level, string Of, bool Relative, double From) : StrengthRule
{
    /// <summary>What can be looked for.</summary>
    public static IReadOnlyList<string> Metrics { get; } = [Metric.RobustAccuracy, Metric.CertifiedAccuracy, Metric.AttackSuccessRate];

    // Between strengths so near the curve is straight enough that both sides of the crossing are asked for at once.
    const int Near = 40;

    /// <inheritdoc/>
    public override string Text => FormattableString.Invariant($"find {Level} of {Of}{(Relative ? " relative" : "")}");

    bool Rises => Of == Metric.AttackSuccessRate;

    // Every second round halves the distance, and a round asks for two at most.
    /// <inheritdoc/>
    public override int Most(int candidates) => Math.Min(candidates, 3 + 3 * (int)Math.Ceiling(Math.Log2(Math.Max(2, candidates))));

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds)
    {
        var last = rounds.Strengths.Count - 1;
        if (rounds.Missing([0, rounds.First(From), last]) is { Count: > 0 } ends) return ends;
        if (Bracket(rounds, rounds.Known) is not var (low, high) || high - low <= 1) return [];
        var wide = Bracket(rounds, rounds.Known.Except(rounds.Latest)) is var (a, b) && 2 * (high - low) > b - a;
        if (wide) return [(low + high) / 2];
        var at = low + (high - low) * Share(rounds, low, high);
        var left = Math.Clamp((int)Math.Floor(at), low + 1, high - 1);
        return rounds.Count > 1 && high - low <= Near
            ? rounds.Missing([left, Math.Min(left + 1, high - 1)])
            : [Math.Clamp((int)Math.Round(at), low + 1, high - 1)];
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

    /// <summary>How far between two places the crossing is, in [0, 1], if the rate is a normal distribution function between
    /// them.</summary>
    double Share(Rounds rounds, int low, int high)
    {
        var least = 0.5 / Math.Max(1, rounds.Samples(low, Of));
        double Quantile(double rate) => Intervals.NormalQuantile(Math.Clamp(rate, least, 1 - least));
        var (above, below, level) = (Quantile(Rate(rounds, low)), Quantile(Rate(rounds, high)), Quantile(Target(rounds)));
        return above > below ? Math.Clamp((above - level) / (above - below), 0, 1) : 0.5;
    }
}
