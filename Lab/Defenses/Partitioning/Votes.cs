namespace Grid.Lab.Defenses.Partitioning;

/// <summary>The outcome of an election.</summary>
/// <param name="Winner">The class that wins.</param>
/// <param name="Certified">The number of networks whose votes may change in any way while the winner stays. 0 says that a single one may be
/// enough to change it.</param>
readonly record struct Elected(int Winner, int Certified);

/// <summary>
/// Elections among the networks about one sample. Each network ranks the classes from the likeliest on, as far as the election needs; a
/// network without a vote, because it had no samples or its training failed, ranks none. Of equal classes the lower one comes first.
/// </summary>
static class Votes
{
    /// <summary>The number of classes that each network must rank for an election.</summary>
    public static int Places(Election election, int classes) => election == Election.Plurality ? 1 : classes;

    /// <summary>Elects a class.</summary>
    /// <param name="rankings">The ranking of each network.</param>
    public static Elected Elect(Election election, IReadOnlyList<int[]> rankings, int classes) => election == Election.Plurality
        ? Plurality(rankings, classes) : RunOff(rankings, classes);

    /// <summary>Elects the class with the most votes.</summary>
    /// <remarks>Levine and Feizi, ICLR 2021, eq. 10.</remarks>
    public static Elected Plurality(IReadOnlyList<int[]> rankings, int classes)
    {
        var counts = First(rankings, classes);
        var winner = Array.IndexOf(counts, counts.Max());
        return new(winner, Others(classes, winner).Min(c => Changes(Lead(counts, winner, c))) - 1);
    }

    /// <summary>
    /// Elects between the two classes with the most votes: every network votes for the one that it ranks higher. The certificate is one
    /// less than the smallest number of changes that could take the winner out of the first two, or bring another class there that beats
    /// it.
    /// </summary>
    /// <remarks>Rezaei et al., "Run-off election: improved provable defense against data poisoning attacks", ICML 2023, theorem 1 for
    /// partitions.</remarks>
    public static Elected RunOff(IReadOnlyList<int[]> rankings, int classes)
    {
        var counts = First(rankings, classes);
        int[] order = [.. Enumerable.Range(0, classes).OrderByDescending(c => counts[c])];
        var (winner, other) = Duel(rankings, order[0], order[1]) > 0 ? (order[0], order[1]) : (order[1], order[0]);
        var first = int.MaxValue;
        foreach (var a in Others(classes, winner))
        {
            foreach (var b in Others(classes, winner).Where(c => c > a))
                first = Math.Min(first, Changes(Lead(counts, winner, a), Lead(counts, winner, b)));
        }

        var second = Others(classes, winner).Min(c => Math.Max(
            c == other ? 0 : Changes(Lead(counts, other, c)), Changes(Duel(rankings, winner, c))));
        return new(winner, Math.Min(first, second) - 1);
    }

    static IEnumerable<int> Others(int classes, int winner) => Enumerable.Range(0, classes).Where(c => c != winner);

    static int[] First(IReadOnlyList<int[]> rankings, int classes)
    {
        var counts = new int[classes];
        foreach (var ranking in rankings)
            if (ranking.Length > 0) counts[ranking[0]]++;
        return counts;
    }

    /// <summary>The lead of a class over another in votes, plus 1 for the lower class, which wins a tie. Above 0 it comes first.</summary>
    static int Lead(int[] counts, int a, int b) => counts[a] - counts[b] + (a < b ? 1 : 0);

    /// <summary>The lead if every network votes for the one of the two that it ranks higher.</summary>
    static int Duel(IReadOnlyList<int[]> rankings, int a, int b)
    {
        var lead = a < b ? 1 : 0;
        foreach (var ranking in rankings)
            if (ranking.Length > 0) lead += Array.IndexOf(ranking, a) < Array.IndexOf(ranking, b) ? 1 : -1;
        return lead;
    }

    /// <summary>The smallest number of networks that can end a lead: each moves its vote from the first class to the second.</summary>
    static int Changes(int lead) => (Math.Max(lead, 0) + 1) / 2;

    /// <summary>The smallest number of networks that can end two leads of one class: each takes two from one lead and one from the
    /// other.</summary>
    static int Changes(int lead, int another)
    {
        var sum = Math.Max(lead, 0) + Math.Max(another, 0);
        return Math.Max(Math.Max(Changes(lead), Changes(another)), (sum + 2) / 3);
    }
}
