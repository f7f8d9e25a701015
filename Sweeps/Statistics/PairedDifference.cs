using Grid.Sweeps.Results;

namespace Grid.Sweeps.Statistics;

/// <summary>How two classifiers, or two attacks, differ on the same samples: the share of samples right in the first less that in the
/// second. It is much sharper than a comparison of two rates, because only samples that differ count.</summary>
/// <param name="Difference">The difference of the rates, in [-1, 1]. Its interval is Tango's for one seed; for several, Student's t over
/// seeds is put to it.</param>
/// <param name="PValue">The p-value of no difference. One seed: McNemar's exact test (1947). Several: the largest significance at which the
/// interval still holds 0.</param>
/// <param name="OnlyFirst">The number of samples, over all seeds, that are right in the first alone.</param>
/// <param name="OnlySecond">The number of samples, over all seeds, that are right in the second alone.</param>
/// <param name="Samples">The number of samples behind one seed's difference; the least where seeds differ.</param>
/// <param name="Seeds">The number of seeds.</param>
public sealed record PairedDifference(Estimate Difference, double PValue, long OnlyFirst, long OnlySecond, long Samples, int Seeds)
{
    /// <summary>The difference of two rows of outcomes.</summary>
    /// <param name="seeds">The outcomes of both, one pair for each seed, in the same order of samples.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    /// <exception cref="ArgumentException">There is no pair, or one of different lengths.</exception>
    public static PairedDifference Of(IReadOnlyList<(OutcomeBits First, OutcomeBits Second)> seeds, double confidence = 0.95)
    {
        if (seeds.Count == 0) throw new ArgumentException("No pair of outcomes is given.", nameof(seeds));
        var counts = seeds.Select(s => ((long)s.First.Without(s.Second).Ones, (long)s.Second.Without(s.First).Ones, (long)s.First.Count));
        return Of([.. counts], confidence);
    }

    /// <summary>The difference by the numbers of samples on which the two differ.</summary>
    /// <param name="seeds">For each seed the number of samples right in the first alone, right in the second alone, and in total.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static PairedDifference Of(IReadOnlyList<(long OnlyFirst, long OnlySecond, long Count)> seeds, double confidence = 0.95)
    {
        var (a, b, samples) = (seeds.Sum(s => s.OnlyFirst), seeds.Sum(s => s.OnlySecond), seeds.Min(s => s.Count));
        var significance = seeds.Count == 1 ? Intervals.FairCoin(a, a + b) : Significance(seeds);
        return new(Compared(seeds, confidence), significance, a, b, samples, seeds.Count);
    }

    // Over samples a difference of means varies no more than one of single models: Tango's interval of the counts in the mean is on the
    // safe side, and does not vanish where no sample differs.
    static Estimate Compared(IReadOnlyList<(long OnlyFirst, long OnlySecond, long Count)> seeds, double confidence)
    {
        var n = seeds.Min(s => s.Count);
        var a = Math.Min(n, (long)Math.Round(seeds.Average(s => s.OnlyFirst)));
        var b = Math.Min(n - a, (long)Math.Round(seeds.Average(s => s.OnlySecond)));
        var values = seeds.Select(s => s.Count == 0 ? 0 : (s.OnlyFirst - s.OnlySecond) / (double)s.Count).ToList();
        var estimate = Estimate.OverSeeds(values, Intervals.Tango(a, b, n, confidence), confidence);
        return Estimate.Of(estimate.Value, estimate.Interval.Clamp(-1, 1));
    }

    static double Significance(IReadOnlyList<(long OnlyFirst, long OnlySecond, long Count)> seeds)
    {
        var (rejected, holds) = (0.0, 1.0);
        for (var i = 0; i < 40; i++)
        {
            var middle = (rejected + holds) / 2;
            // A wide interval, of a small significance, holds 0.
            if (Compared(seeds, 1 - middle).Holds(0)) rejected = middle;
            else holds = middle;
        }

        return (rejected + holds) / 2;
    }
}
