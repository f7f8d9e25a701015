using Grid.Compute.Random;

namespace Grid.Lab.Friends;

/// <summary>The trials of <see cref="FriendsTrials"/>, each fitted by trimmed least squares instead of gradient descent.</summary>
static class TrimTrials
{
    // The sum of the kept squares falls in every round and there are finitely many sets; this only bounds rounding.
    const int MostRounds = 1000;

    /// <summary>Runs the trials.</summary>
    /// <param name="starts">The number of random sets to start from; the fit of smallest loss counts.</param>
    /// <remarks>The other parameters are those of <see cref="FriendsTrials.Run"/>.</remarks>
    public static FriendsOutcome Run(
        IReadOnlyList<double> sizes,
        IReadOnlyList<double> prices,
        int starts,
        int poisonPoints,
        int trials,
        ulong seed,
        Action<int>? progress = null,
        CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(starts);
        var truth = PriceLine.Fit(sizes, prices);
        (double Size, double Price)[] clean = [.. sizes.Zip(prices)];
        var residuals = new double[trials];
        for (var trial = 0; trial < trials; trial++)
        {
            ct.ThrowIfCancellationRequested();
            var poison = FriendsDraws.Poison(seed, trial);
            (double Size, double Price)[] points = [.. clean, .. poison.Take(poisonPoints)];
            var stream = new PhiloxStream(seed, "friends/trim", (ulong)trial);
            var best = Enumerable.Range(0, starts)
                .Select(_ => Trim(points, clean.Length, stream.Permutation(points.Length)[..clean.Length]))
                .MinBy(fit => fit.Loss);
            var size = poison.First().Size;
            residuals[trial] = best.Line.At(size) - truth.At(size);
            if ((trial + 1) % 1000 == 0 || trial + 1 == trials) progress?.Invoke(trial + 1);
        }

        return new(residuals);
    }

    /// <summary>Fits a line, keeps the points of smallest residual, and goes on so until the same points are kept again.</summary>
    internal static (PriceLine Line, double Loss) Trim((double Size, double Price)[] points, int count, int[] kept)
    {
        for (var round = 0; ; round++)
        {
            var line = Fit([.. kept.Select(i => points[i])]);
            int[] next = [.. Enumerable.Range(0, points.Length)
                .OrderBy(i => Math.Abs(line.At(points[i].Size) - points[i].Price))
                .Take(count)
                .Order()];
            if (round == MostRounds || next.SequenceEqual(kept.Order()))
                return (line, kept.Sum(i => Square(line.At(points[i].Size) - points[i].Price)));
            kept = next;
        }
    }

    /// <summary>The least-squares line, which is level where all points have the same size.</summary>
    static PriceLine Fit((double Size, double Price)[] points) => points.Select(p => p.Size).Distinct().Count() < 2
        ? new(points.Average(p => p.Price), 0)
        : PriceLine.Fit(Array.ConvertAll(points, p => p.Size), Array.ConvertAll(points, p => p.Price));

    static double Square(double x) => x * x;
}
