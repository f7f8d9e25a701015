using Grid.Sweeps.Results;

namespace Grid.Sweeps.Strengths;

/// <summary>The strengths that a rule requests of a group, given the results so far.</summary>
/// <param name="Places">The places of the strengths that were requested so far, ascending, with and without results.</param>
/// <param name="Ended">Whether no further strength will be requested.</param>
/// <param name="Round">The number of rounds that have ended.</param>
/// <param name="Most">The largest number of strengths that may be requested in the end.</param>
/// <param name="Skipped">The strengths that are left out on purpose, with the reason; null where none is.</param>
public sealed record StrengthRequest(
    IReadOnlyList<int> Places, bool Ended, int Round, int Most, (IReadOnlyList<int> Places, string Reason)? Skipped)
{
    /// <summary>The number of the group.</summary>
    public int Group { get; init; }

    /// <summary>
    /// Goes through the rounds again from the results. A result that the rule never requested, for example one of another sweep, counts as
    /// none.
    /// </summary>
    /// <param name="rule">The rule by which strengths are chosen.</param>
    /// <param name="strengths">The strengths of the group, ascending.</param>
    /// <param name="find">The result at a place; null while there is none.</param>
    public static StrengthRequest Of(StrengthRule rule, IReadOnlyList<double> strengths, Func<int, CellResult?> find)
    {
        var (rounds, asked) = (new Rounds(strengths), new List<int>());
        while (true)
        {
            var places = rule.Next(rounds);
            asked.AddRange(places);
            if (places.Count == 0) return Now(ended: true);
            var results = places.Select(find).ToList();
            if (results.Contains(null)) return Now(ended: false);
            // Of a cell that failed nothing can be concluded.
            if (rule.NeedsResults && results.Any(r => r!.Status != CellStatus.Done)) return Now(ended: true);
            rounds.Add(places, results!);
        }

        StrengthRequest Now(bool ended) =>
            new([.. asked.Order()], ended, rounds.Count,
                ended ? asked.Count : Math.Max(asked.Count, rule.Most(strengths.Count)), rule.Skipped(rounds));
    }
}
