using MathNet.Numerics.Distributions;

namespace Grid.Sweeps.Statistics;

/// <summary>
/// The interval of a true positive rate at a fixed false positive rate. The threshold is taken from the others that happen to be there, so
/// that it is uncertain too: at 1 % of 1,000 it is decided by ten of them, and an interval of the members alone holds the truth as rarely
/// as 44 times in a hundred.
/// </summary>
static class FixedFalsePositives
{
    /// <summary>The interval over other members and other thresholds together.</summary>
    /// <param name="curve">Shares of others taken for members, ascending, each with the share of members found there.</param>
    /// <param name="at">The false positive rate that is asked for: one of the curve.</param>
    /// <param name="rate">The share of members that is found there.</param>
    /// <param name="members">The number of members.</param>
    /// <param name="others">The number of others.</param>
    public static Interval Of(
        IReadOnlyList<(double FalsePositives, double Found)> curve, double at, double rate, long members, long others,
        double confidence = 0.95)
    {
        var ofMembers = Intervals.ClopperPearson((long)Math.Round(rate * members), members, confidence);
        var (few, many) = Beyond(at, others, (1 - confidence) / 2);
        return Intervals.Both(rate, ofMembers, new(Math.Min(rate, Found(curve, few)), Math.Max(rate, Found(curve, many)))).Clamp(0, 1);
    }

    /// <summary>The shares of these others between which the share beyond the true threshold lies, but for a tail on each side. No
    /// distribution of scores is assumed: the number beyond it is binomial.</summary>
    static (double Few, double Many) Beyond(double at, long others, double tail)
    {
        var (count, below) = (0L, 0.0);
        while (count < others && below + Mass(count) < tail) below += Mass(count++);
        var few = count;
        while (count < others && (below += Mass(count)) < 1 - tail) count++;
        // So many are beyond a threshold that lies anywhere between two of them.
        return (Math.Max(0, few - 1.0) / others, (double)count / others);

        double Mass(long k) => Binomial.PMF(at, (int)others, (int)k);
    }

    /// <summary>The share of members found at a rate between those of the curve, which begins at 0 and ends at 1.</summary>
    static double Found(IReadOnlyList<(double FalsePositives, double Found)> curve, double at)
    {
        var (x, y) = (0.0, 0.0);
        foreach (var (nextX, nextY) in curve.Append((1, 1)))
        {
            if (at <= nextX) return nextX == x ? nextY : y + (nextY - y) * (at - x) / (nextX - x);
            (x, y) = (nextX, nextY);
        }

        return 1;
    }
}
