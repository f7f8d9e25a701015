using System.Collections.Concurrent;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Grid.Sweeps.Statistics;

/// <summary>A two-sided confidence interval.</summary>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The interval of a rate of which nothing is known: [0, 1].</summary>
    public static Interval Unknown { get; } = new(0, 1);

    /// <summary>The part of the interval between two values.</summary>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    public Interval Clamp(double low, double high) => new(Math.Clamp(Low, low, high), Math.Clamp(High, low, high));
}

/// <summary>Confidence intervals of rates, means and differences of rates. Confidence is in (0, 1), 0.95 unless said otherwise.</summary>
public static class Intervals
{
    const int MostExact = 1 << 16;

    static readonly ConcurrentDictionary<(long, long, double), Interval> Exact = new();

    /// <summary>
    /// Score interval of a rate, without continuity correction (Wilson 1927): right in the mean, but at rates of some 0.2 / count, and as
    /// near to 1, it covers 84 % only. No observations: [0, 1].
    /// </summary>
    /// <param name="successes">The number of successes.</param>
    /// <param name="count">The number of trials, from 0.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Interval Wilson(long successes, long count, double confidence = 0.95)
    {
        CheckCounts(successes, count);
        return Wilson((double)successes, count, confidence);
    }

    /// <summary>Score interval of a rate from counts that need not be whole, such as effective ones.</summary>
    internal static Interval Wilson(double successes, double count, double confidence)
    {
        if (count == 0) return Interval.Unknown;
        var z = Z(confidence);
        double n = count, p = successes / n;
        var centre = p + z * z / (2 * n);
        var half = z * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        var scale = 1 + z * z / n;
        // At the ends centre and half are equal; rounding must not leave 1e-19 where 0 is meant.
        return new(successes == 0 ? 0 : (centre - half) / scale, successes == count ? 1 : (centre + half) / scale);
    }

    /// <summary>Exact interval of a rate: never covers less than it says (Clopper and Pearson 1934). No observations: [0, 1].</summary>
    /// <param name="successes">The number of successes.</param>
    /// <param name="count">The number of trials, from 0.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Interval ClopperPearson(long successes, long count, double confidence = 0.95)
    {
        CheckCounts(successes, count);
        if (count == 0) return Interval.Unknown;
        // The cells of a sweep share their number of samples: of a hundred thousand curve points few are at another rate.
        if (Exact.TryGetValue((successes, count, confidence), out var known)) return known;
        if (Exact.Count >= MostExact) Exact.Clear();
        return Exact[(successes, count, confidence)] = ExactOf(successes, count, confidence);
    }

    static Interval ExactOf(long successes, long count, double confidence)
    {
        var tail = Tail(confidence);
        // The closed forms at the ends, because certificates ask for alpha^(1/n) with n of 100,000.
        var near = Wilson(successes, count, confidence);
        var low = successes == 0 ? 0
            : successes == count ? Math.Pow(tail, 1.0 / count)
            : BetaQuantile(successes, count - successes + 1, tail, near.Low);
        var high = successes == count ? 1
            : successes == 0 ? 1 - Math.Pow(tail, 1.0 / count)
            : BetaQuantile(successes + 1, count - successes, 1 - tail, near.High);
        return new(low, high);
    }

    /// <summary>The value at which the distribution function of Beta(a, b) reaches a probability. It is found by Newton's method: a curve
    /// has thousands of intervals, and bisection takes ten times as long.</summary>
    static double BetaQuantile(double a, double b, double probability, double start)
    {
        var (low, high, x, scale) = (0.0, 1.0, start, SpecialFunctions.BetaLn(a, b));
        for (var i = 0; i < 100; i++)
        {
            var excess = SpecialFunctions.BetaRegularized(a, b, x) - probability;
            if (excess > 0) high = x;
            else low = x;
            var next = x - excess / Math.Exp((a - 1) * Math.Log(x) + (b - 1) * double.LogP1(-x) - scale);
            if (!(next > low && next < high)) next = (low + high) / 2;
            if (Math.Abs(next - x) <= 1e-13 * x) return next;
            x = next;
        }

        return x;
    }

    /// <summary>A bound that a rate exceeds but for a chance of alpha, in (0, 0.5): the lower end of a one-sided Clopper-Pearson
    /// interval.</summary>
    /// <param name="successes">The number of successes.</param>
    /// <param name="count">The number of trials, from 0.</param>
    /// <param name="alpha">The chance of being wrong, in (0, 0.5).</param>
    public static double AtLeast(long successes, long count, double alpha) => ClopperPearson(successes, count, 1 - 2 * alpha).Low;

    /// <summary>
    /// The p-value of so many heads or a more uneven result if the coin is fair: the exact two-sided binomial test. No tosses: 1.
    /// </summary>
    /// <param name="heads">The number of heads.</param>
    /// <param name="tosses">The number of tosses, from 0.</param>
    public static double FairCoin(long heads, long tosses)
    {
        CheckCounts(heads, tosses);
        var more = Math.Max(heads, tosses - heads);
        return 2 * more == tosses ? 1 : Math.Min(1, 2 * SpecialFunctions.BetaRegularized(more, tosses - more + 1, 0.5));
    }

    /// <summary>The value below which a standard normal variable falls with this probability.</summary>
    /// <param name="probability">The share below the quantile, in (0, 1).</param>
    public static double NormalQuantile(double probability) => Normal.InvCDF(0, 1, probability);

    /// <summary>Student's t interval of a mean. For rates the caller clamps it to [0, 1]. With one value or none, it has no ends.</summary>
    /// <param name="values">The values.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Interval StudentT(IReadOnlyList<double> values, double confidence = 0.95)
    {
        var n = values.Count;
        if (n < 2) return new(double.NegativeInfinity, double.PositiveInfinity);
        var mean = values.Average();
        var variance = values.Sum(v => (v - mean) * (v - mean)) / (n - 1);
        var half = variance == 0 ? 0 : StudentQuantile(n - 1, Tail(confidence)) * Math.Sqrt(variance / n);
        return new(mean - half, mean + half);
    }

    /// <summary>The value above which Student's t lies with a probability. Infinite where the library's search does not end, at one in a
    /// trillion or so.</summary>
    internal static double StudentQuantile(int freedom, double tail)
    {
        try
        {
            return MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, freedom, 1 - tail);
        }
        catch (MathNet.Numerics.NonConvergenceException)
        {
            return freedom == 1 ? 1 / Math.Tan(Math.PI * tail) : double.PositiveInfinity;
        }
    }

    /// <summary>The interval of a mean of which two independent things are uncertain, from its interval under each alone: the distances to
    /// the ends add as squares (Zou and Donner 2008). An example is a mean over models that were measured on the same samples: Student's t
    /// covers other models, but not other samples.</summary>
    /// <param name="mean">The estimate.</param>
    /// <param name="one">The interval around it under the one uncertainty.</param>
    /// <param name="other">The interval around it under the other uncertainty.</param>
    public static Interval Both(double mean, Interval one, Interval other) =>
        new(mean - double.Hypot(mean - one.Low, mean - other.Low), mean + double.Hypot(one.High - mean, other.High - mean));

    /// <summary>The interval of the difference a/m - b/n of two independent rates: a hybrid of their score intervals (Newcombe 1998,
    /// Statistics in Medicine 17:873, method 10).</summary>
    /// <param name="a">The number of successes of the first.</param>
    /// <param name="m">The number of trials of the first.</param>
    /// <param name="b">The number of successes of the second.</param>
    /// <param name="n">The number of trials of the second.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Interval Newcombe(long a, long m, long b, long n, double confidence = 0.95)
    {
        if (m == 0 || n == 0) return new(-1, 1);
        return Difference((double)a / m, Wilson(a, m, confidence), (double)b / n, Wilson(b, n, confidence));
    }

    /// <summary>The interval of the difference p - q of two independent estimates, from the interval of each (Zou and Donner 2008). Of
    /// rates with their score intervals it is Newcombe's.</summary>
    /// <param name="p">The first estimate.</param>
    /// <param name="ofP">The interval of the first estimate.</param>
    /// <param name="q">The second estimate.</param>
    /// <param name="ofQ">The interval of the second estimate.</param>
    public static Interval Difference(double p, Interval ofP, double q, Interval ofQ) => new(
        p - q - Math.Sqrt((p - ofP.Low) * (p - ofP.Low) + (ofQ.High - q) * (ofQ.High - q)),
        p - q + Math.Sqrt((ofP.High - p) * (ofP.High - p) + (q - ofQ.Low) * (q - ofQ.Low)));

    /// <summary>The interval of the difference of two rates over the same n subjects, of which a succeed only in the first and b only in
    /// the second: the values that a score test does not reject (Tango 1998, Statistics in Medicine 17:891). It does not vanish where no
    /// subject differs.</summary>
    /// <param name="a">The samples on which the first alone succeeds.</param>
    /// <param name="b">The samples on which the second alone succeeds.</param>
    /// <param name="n">The number of samples.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Interval Tango(long a, long b, long n, double confidence = 0.95)
    {
        CheckCounts(a, n);
        CheckCounts(b, n - a);
        if (n == 0) return new(-1, 1);
        var z = Z(confidence);
        var difference = (a - b) / (double)n;
        // The statistic falls as the hypothesis rises.
        return new(Root(-1, difference, z), Root(difference, 1, -z));

        double Root(double low, double high, double at)
        {
            for (var i = 0; i < 60; i++)
            {
                var middle = (low + high) / 2;
                if (Statistic(middle) > at) low = middle;
                else high = middle;
            }

            return (low + high) / 2;
        }

        double Statistic(double delta)
        {
            // q is the likeliest rate of b under the hypothesis: the larger root of 2 n q^2 + linear q + constant.
            var linear = -a - b + (2 * n - a + b) * delta;
            var constant = -b * delta * (1 - delta);
            var q = (Math.Sqrt(linear * linear - 8 * n * constant) - linear) / (4 * n);
            return (a - b - n * delta) / Math.Sqrt(n * (2 * q + delta * (1 - delta)));
        }
    }

    /// <summary>The interval of the area under a ROC curve between m scores and n others. It is that of the area's log-odds by the error
    /// that the data show (Qin and Hotilovac 2008, Statistical Methods in Medical Research 17:207). Sets that hardly overlap show too
    /// little of that error, so it is at least the score interval with the variance of Hanley and McNeil (Newcombe 2006, Statistics in
    /// Medicine 25:559, method 5).</summary>
    /// <param name="area">The area under the ROC curve, in [0, 1].</param>
    /// <param name="error">Standard error of the area as the data show it; may be 0.</param>
    /// <param name="m">The number of positives.</param>
    /// <param name="n">The number of negatives.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Interval Auc(double area, double error, long m, long n, double confidence = 0.95)
    {
        var z = Z(confidence);
        var score = new Interval(Root(0, -1), Root(1, 1));
        if (!(error > 0 && area is > 0 and < 1)) return score;
        var (odds, half) = (Math.Log(area / (1 - area)), z * error / (area * (1 - area)));
        return new(Math.Min(score.Low, 1 / (1 + Math.Exp(half - odds))), Math.Max(score.High, 1 / (1 + Math.Exp(-half - odds))));

        double Root(double outside, int side)
        {
            var inside = area;
            for (var i = 0; i < 60; i++)
            {
                var middle = (inside + outside) / 2;
                if (side * (middle - area) <= z * Math.Sqrt(Variance(middle))) inside = middle;
                else outside = middle;
            }

            return inside;
        }

        double Variance(double at)
        {
            var more = (m + n) / 2.0 - 1;
            return at * (1 - at) * (1 + more * (1 - at) / (2 - at) + more * at / (1 + at)) / m / n;
        }
    }

    /// <summary>The standard error of a/m - b/n with one success and one failure added to each (Agresti and Caffo 2000), so that it does
    /// not vanish at 0 and 1.</summary>
    /// <param name="a">The number of successes of the first.</param>
    /// <param name="m">The number of trials of the first.</param>
    /// <param name="b">The number of successes of the second.</param>
    /// <param name="n">The number of trials of the second.</param>
    public static double DifferenceError(long a, long m, long b, long n)
    {
        double p = (a + 1.0) / (m + 2), q = (b + 1.0) / (n + 2);
        return Math.Sqrt(p * (1 - p) / (m + 2) + q * (1 - q) / (n + 2));
    }

    static double Z(double confidence) => Normal.InvCDF(0, 1, 1 - Tail(confidence));

    static double Tail(double confidence) => confidence is > 0 and < 1
        ? (1 - confidence) / 2
        : throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1.");

    static void CheckCounts(long successes, long count)
    {
        if (successes < 0 || successes > count)
            throw new ArgumentOutOfRangeException(nameof(successes), $"{successes} successes of {count} are not possible.");
    }
}
