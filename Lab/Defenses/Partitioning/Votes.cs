namespace Grid.Lab.Defenses.Partitioning;

/// <summary>What an election ends with.</summary>
/// <param name="Winner">The class.</param>
/// <param name="Certified">So many networks may change their vote in any way, and the winner stays. 0 says that one may be enough.</param>
readonly record struct Elected(int Winner, int Certified);

/// <summary>
/// What networks say of one sample: of each the classes from the likeliest on, as many as the election asks for, and none for a network
/// that says nothing, for want of samples or because its training went wrong. Ties go to the lower class.
/// </summary>
static class Votes
{
    /// <summary>How many places of each network's ranking an election asks for.</summary>
    public static int Places(Election election, int classes) => election == Election.Plurality ? 1 : classes;

    /// <param name="rankings">One network after the other.</param>
    public static Elected Elect(Election election, IReadOnlyList<int[]> rankings, int classes) => election == Election.Plurality
        ? Plurality(rankings, classes) : RunOff(rankings, classes);

    /// <remarks>Levine and Feizi, ICLR 2021, eq. 10.</remarks>
    public static Elected Plurality(IReadOnlyList<int[]> rankings, int classes)
    {
        var counts = First(rankings, classes);
        var winner = Array.IndexOf(counts, counts.Max());
        return new(winner, Others(classes, winner).Min(c => Changes(Lead(counts, winner, c))) - 1);
    }

    /// <summary>
    /// The certificate is the least number of changes that might take the winner out of the first two, or bring another class there that
    /// then beats it, less one.
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

    /// <summary>By how much a class is ahead: above 0 if it stands before the other, and the lower class is half a vote better.</summary>
    static int Lead(int[] counts, int a, int b) => counts[a] - counts[b] + (a < b ? 1 : 0);

    /// <summary>The same where every network says which of the two it takes.</summary>
    static int Duel(IReadOnlyList<int[]> rankings, int a, int b)
    {
        var lead = a < b ? 1 : 0;
        foreach (var ranking in rankings)
            if (ranking.Length > 0) lead += Array.IndexOf(ranking, a) < Array.IndexOf(ranking, b) ? 1 : -1;
        return lead;
    }

    /// <summary>The fewest networks that end a lead: each takes one vote from the one and gives one to the other.</summary>
    static int Changes(int lead) => (Math.Max(lead, 0) + 1) / 2;

    /// <summary>The fewest that end both: each takes two from the one lead and one from the other.</summary>
    static int Changes(int lead, int another)
    {
        var sum = Math.Max(lead, 0) + Math.Max(another, 0);
        return Math.Max(Math.Max(Changes(lead), Changes(another)), (sum + 2) / 3);
    }
}
