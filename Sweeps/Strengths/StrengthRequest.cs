using Grid.Sweeps.Results;

namespace Grid.Sweeps.Strengths;

/// <summary>What a rule asks of a group, given the results so far.</summary>
/// <param name="Places">The places of the strengths asked for so far, ascending, whether they have results or not.</param>
/// <param name="Ended">Whether nothing more will be asked for.</param>
/// <param name="Round">The number of rounds that have ended.</param>
/// <param name="Most">How many strengths may be asked for in the end.</param>
/// <param name="Skipped">The strengths that are left out on purpose, with the reason; null where none is.</param>
public sealed record StrengthRequest(
    IReadOnlyList<int> Places, bool Ended, int Round, int Most, (IReadOnlyList<int> Places, string Reason)? Skipped)
{
    /// <summary>The number of the group.</summary>
    public int Group { get; init; }

    /// <summary>
    /// Plays the rounds through again from the results. What has a result that the rule never asked for, say of another sweep, is as if it
    /// had none.
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
