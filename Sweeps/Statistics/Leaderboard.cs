using Grid.Sweeps.Results;

namespace Grid.Sweeps.Statistics;

/// <summary>A row of a sorted table of rates that were measured on the same samples.</summary>
/// <param name="Name">The name of the entry.</param>
/// <param name="Rate">The mean share of right samples over seeds.</param>
/// <param name="ToFirst">How it differs from the first row, at a confidence that holds for all pairs of rows together; null for the
/// first.</param>
/// <param name="PValue">The p-value of no difference from the first row, adjusted for all pairs that could have been compared; 1 for the
/// first.</param>
public sealed record LeaderboardRow(string Name, double Rate, PairedDifference? ToFirst, double PValue)
{
    /// <summary>Whether the first row is certainly better, as sure as a single comparison would be.</summary>
    /// <param name="significance">The accepted chance, in (0, 1), that any claim of the whole table is wrong.</param>
    public bool IsBelowFirst(double significance = 0.05) => ToFirst is not null && PValue <= significance;
}

/// <summary>Sorts rates, and says which places are more than luck. Sorting compares every row with every other, and the first row is first
/// by luck too: so p-values and intervals are adjusted for every pair.</summary>
public static class Leaderboard
{
    /// <summary>Sorts entries by their mean rate over seeds.</summary>
    /// <param name="entries">The entries by name, each with its outcomes: one row for each seed, all of the same samples, with the same
    /// seeds in the same order.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    /// <returns>The rows, the best first; of equal rates in the order given.</returns>
    public static IReadOnlyList<LeaderboardRow> Of(
        IReadOnlyList<(string Name, IReadOnlyList<OutcomeBits> Seeds)> entries, double confidence = 0.95)
    {
        var sorted = entries.Select(e => (e.Name, e.Seeds, Rate: e.Seeds.Average(bits => (double)bits.Ones / bits.Count)))
            .OrderByDescending(e => e.Rate).ToList();
        var places = Enumerable.Range(0, sorted.Count);
        var pairs = places.SelectMany(i => places.Skip(i + 1).Select(j => (First: sorted[i].Seeds, Second: sorted[j].Seeds))).ToList();
        var together = pairs.Count == 0 ? confidence : 1 - (1 - confidence) / pairs.Count;
        var differences = pairs.ConvertAll(pair => PairedDifference.Of([.. pair.First.Zip(pair.Second)], together));
        var adjusted = MultipleComparisons.Holm(differences.ConvertAll(d => d.PValue));
        // The pairs of the first row stand first, in the order of the rows.
        return
        [
            .. sorted.Select((e, i) => i == 0
                ? new LeaderboardRow(e.Name, e.Rate, null, 1)
                : new(e.Name, e.Rate, differences[i - 1], adjusted[i - 1])),
        ];
    }

    /// <summary>The note below a sorted table; null where there is nothing to compare.</summary>
    /// <param name="rows">The rows of the leaderboard.</param>
    public static string? Note(IReadOnlyList<LeaderboardRow> rows)
    {
        if (rows.Count < 2) return null;
        var alike = rows.Skip(1).Where(r => !r.IsBelowFirst()).Select(r => r.Name).ToList();
        var pairs = rows.Count * (rows.Count - 1) / 2;
        var adjusted = $"paired by sample, adjusted for {pairs} comparison{(pairs == 1 ? "" : "s")}";
        return alike.Count == 0
            ? $"{rows[0].Name} is ahead of all others ({adjusted})."
            : $"{rows[0].Name} cannot be told from {string.Join(", ", alike)} ({adjusted}).";
    }
}
