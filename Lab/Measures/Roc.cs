using Grid.Sweeps.Statistics;

namespace Grid.Lab.Measures;

/// <summary>
/// How well a score tells positives from negatives, at every threshold. High scores speak for positive; equal scores count half.
/// </summary>
sealed class Roc
{
    readonly double[] _positives;
    readonly double[] _negatives;

    /// <summary>The curve of these scores.</summary>
    /// <param name="positives">The scores of the positives, at least one and none NaN; the same holds for negatives.</param>
    public Roc(IEnumerable<double> positives, IEnumerable<double> negatives)
    {
        (_positives, _negatives) = ([.. positives.Order()], [.. negatives.Order()]);
        var above = Array.ConvertAll(_positives, s => Share(_negatives, s));
        var below = Array.ConvertAll(_negatives, s => 1 - Share(_positives, s));
        Auc = above.Average();
        StandardError = Math.Sqrt(Variance(above) / above.Length + Variance(below) / below.Length);
    }

    /// <summary>The chance that a positive scores above a negative: the area under the curve.</summary>
    public double Auc { get; }

    /// <summary>The standard error of the area (DeLong, DeLong and Clarke-Pearson, Biometrics 44:837, 1988); 0 where the two do not
    /// overlap.</summary>
    public double StandardError { get; }

    /// <summary>The 95 % interval of the area.</summary>
    public Interval Interval => Intervals.Auc(Auc, StandardError, _positives.Length, _negatives.Length);

    /// <summary>How many positives and negatives score the threshold or more.</summary>
    public (int TruePositives, int FalsePositives) At(double threshold) =>
        (_positives.Length - Below(_positives, threshold), _negatives.Length - Below(_negatives, threshold));

    /// <summary>The most positives that any threshold finds while it takes at most this share of the negatives for positive.</summary>
    public int TruePositivesAt(double falsePositiveRate)
    {
        // A share such as .001 of 1,000 is one sample, whatever the rounding of the product.
        var allowed = (int)Math.Floor(falsePositiveRate * _negatives.Length + 1e-9);
        if (allowed >= _negatives.Length) return _positives.Length;
        return _positives.Length - Below(_positives, Math.BitIncrement(_negatives[^(allowed + 1)]));
    }

    /// <summary>The share of sorted scores below a score; equal ones count half.</summary>
    static double Share(double[] sorted, double score) =>
        (Below(sorted, score) + Below(sorted, Math.BitIncrement(score))) / (2.0 * sorted.Length);

    static int Below(double[] sorted, double score)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < score) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    static double Variance(double[] values)
    {
        if (values.Length < 2) return 0;
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}
