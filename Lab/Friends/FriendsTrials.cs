namespace Grid.Lab.Friends;

/// <summary>
/// The FRIENDS linear-regression trials. Trial t is a function of (points, protocol, poison points, seed, t) alone: not of how many
/// trials run, nor of which run beside it.
/// </summary>
public static class FriendsTrials
{
    /// <summary>The value that both parameters start at.</summary>
    internal const double Start = 50;

    /// <summary>Runs <paramref name="trials"/> trials.</summary>
    /// <param name="sizes">The sizes of the clean points.</param>
    /// <param name="prices">The prices of the clean points. The true line is their least-squares line.</param>
    /// <param name="protocol">The rule under test.</param>
    /// <param name="poisonPoints">The number of points added in the attack phase. The target of a trial is the first of them; with 0, the
    /// control, it is the point that would have been the first.</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="seed">The seed; trials with the same seed and number meet the same poison and the same noise under every
    /// protocol.</param>
    /// <param name="progress">Gets the number of trials that are done, a few dozen at a time.</param>
    /// <param name="ct">Ends the work early; it is looked at every few epochs.</param>
    public static FriendsOutcome Run(
        IReadOnlyList<double> sizes,
        IReadOnlyList<double> prices,
        FriendsProtocol protocol,
        int poisonPoints,
        int trials,
        ulong seed,
        Action<int>? progress = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentOutOfRangeException.ThrowIfNegative(poisonPoints);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        var line = PriceLine.Fit(sizes, prices);
        (double Size, double Residual)[] clean = [.. sizes.Zip(prices, (size, price) => (size, price - line.At(size)))];
        TrialLanes lanes = protocol.Clipping == Clipping.Sum ? new SumLanes() : new ExampleLanes(line, clean.Length + poisonPoints);
        var residuals = new double[trials];
        for (var first = 0; first < trials; first += TrialLanes.MaxCount)
        {
            var count = Math.Min(TrialLanes.MaxCount, trials - first);
            RunBlock(lanes, clean, line, protocol, poisonPoints, seed, first, residuals.AsSpan(first, count), ct);
            progress?.Invoke(first + count);
        }

        return new(residuals);
    }

    static void RunBlock(
        TrialLanes lanes,
        (double Size, double Residual)[] clean,
        PriceLine line,
        FriendsProtocol protocol,
        int poisonPoints,
        ulong seed,
        int first,
        Span<double> residuals,
        CancellationToken ct)
    {
        // The last block is filled up to whole vectors with trials whose results nobody reads.
        var width = (residuals.Length + 15) / 16 * 16;
        for (var lane = 0; lane < width; lane++)
        {
            lanes[lane] = (Start - line.Intercept, Start - line.Slope);
        }

        foreach (var phase in protocol.Phases)
        {
            for (var lane = 0; lane < width; lane++)
            {
                switch (phase)
                {
                    case Phase.Attack:
                        var poison = FriendsDraws.Poison(seed, first + lane).Take(poisonPoints);
                        lanes.SetPoints(lane, clean.Concat(poison.Select(p => (p.Size, p.Price - line.At(p.Size)))));
                        break;
                    case Phase.Perturb:
                        var (theta0, theta1) = lanes[lane];
                        var (laplace0, laplace1) = FriendsDraws.Laplace(seed, first + lane);
                        lanes[lane] = (theta0 + (protocol.NoiseStd * laplace0), theta1 + (protocol.NoiseStd * laplace1));
                        break;
                    default:
                        lanes.SetPoints(lane, clean);
                        break;
                }
            }

            if (phase != Phase.Perturb)
            {
                var points = clean.Length + (phase == Phase.Attack ? poisonPoints : 0);
                lanes.Train(protocol, points, seed, phase, first, width, ct);
            }
        }

        for (var lane = 0; lane < residuals.Length; lane++)
        {
            var (theta0, theta1) = lanes[lane];
            residuals[lane] = theta0 + (theta1 * FriendsDraws.Poison(seed, first + lane).First().Size);
        }
    }
}
