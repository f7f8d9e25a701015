namespace Grid.Lab.Defenses.Partitioning;

/// <summary>The votes of networks about one sample.</summary>
/// <param name="counts">The number of votes for each class. A network without a vote, because it had no samples or its training failed, is
/// not counted.</param>
sealed class Votes(int[] counts)
{
    /// <summary>The class with the most votes; among equal ones the lower class.</summary>
    public int Winner { get; } = Array.IndexOf(counts, counts.Max());

    /// <summary>
    /// The number of networks whose votes may change in any way while the winner stays: each of them takes one vote from it and gives one
    /// to another class. 0 says that a single network may be enough to change it.
    /// </summary>
    /// <remarks>Levine and Feizi, ICLR 2021, eq. 10.</remarks>
    public int Certified => Enumerable.Range(0, counts.Length).Where(c => c != Winner).Min(c =>
        (counts[Winner] - counts[c] - (c < Winner ? 1 : 0)) / 2);

    /// <summary>Counts how many networks answer with each class.</summary>
    /// <param name="answers">The class that each network answers with; below 0 if it has no answer.</param>
    /// <param name="classes">The number of classes.</param>
    public static Votes Of(IEnumerable<int> answers, int classes)
    {
        var counts = new int[classes];
        foreach (var answer in answers)
            if (answer >= 0) counts[answer]++;
        return new(counts);
    }
}
