using Grid.Sweeps.Results;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Strengths;

/// <summary>
/// Adds samples and seeds at each strength until the interval of its mean is narrow enough. It begins with a few seeds on few samples. If
/// the samples make the interval wide, it adds samples to the same seeds; if the seeds differ, it adds seeds. A combination has a group for
/// each number of samples and each seed, and the rule decides about all groups of a combination together. Stopping at a fixed width follows
/// Chow and Robbins (1965), predicting the number that is needed follows Stein (1945).
/// </summary>
/// <param name="Half">Half the width of the 95 % interval that is wanted, in (0, 0.5).</param>
/// <param name="Of">The metric.</param>
sealed record PrecisionRule(double Half, string Of) : StrengthRule
{
    /// <summary>The number of seeds to begin with: fewer would say too little about how seeds differ.</summary>
    public const int Pilot = 5;

    /// <summary>
    /// The confidence of the interval that must be narrow enough, above that of the interval that is reported. An interval is narrow too
    /// early where seeds agree by chance, and it then misses the true value too often: a rule that stops by the 95 % interval after a pilot
    /// of 3 seeds is right in 90 of 100 cases.
    /// </summary>
    const double StopConfidence = 0.98;

    /// <summary>The factor from each number of samples to the next, so that all numbers before the last together cost a third of
    /// it.</summary>
    public const int Growth = 4;

    /// <summary>The smallest number of samples that is worth a cell of its own.</summary>
    public const int Fewest = 100;

    // Seeds and samples share the width: each may have as much.
    static readonly double Share = Math.Sqrt(0.5);

    /// <summary>The numbers of samples, ascending; 0, which is all of them, last.</summary>
    public IReadOnlyList<int> Samples { get; init; } = All;

    /// <summary>The largest number of seeds.</summary>
    public int Seeds { get; init; } = 1;

    static readonly int[] All = [0];

    /// <inheritdoc/>
    public override string Text => FormattableString.Invariant($"precision {Half} of {Of}");

    /// <inheritdoc/>
    public override int Most(int candidates) => candidates;

    /// <summary>The numbers of samples that the rule goes through, up to the given one.</summary>
    public static IReadOnlyList<int> Ladder(int most)
    {
        var ladder = new List<int> { most };
        while (ladder[0] / Growth >= Fewest) ladder.Insert(0, ladder[0] / Growth);
        return ladder;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Next(Rounds rounds)
    {
        var strengths = rounds.Strengths.Count / (Seeds * Samples.Count);
        var pilot = Enumerable.Range(0, strengths).SelectMany(p => Places(strengths, p, level: 0, 0, Math.Min(Pilot, Seeds)));
        if (rounds.Missing(pilot) is { Count: > 0 } first) return first;
        var wanted = Enumerable.Range(0, strengths).SelectMany(p => More(rounds, strengths, p)).ToList();
        // The control beside each.
        return [.. rounds.Missing(wanted.Concat(wanted.Select(place => place - place % strengths))).Order()];
    }

    /// <summary>Where a strength has so many seeds on a level of samples.</summary>
    IEnumerable<int> Places(int strengths, int strength, int level, int from, int to) =>
        Enumerable.Range(from, Math.Max(0, to - from)).Select(seed => (level * Seeds + seed) * strengths + strength);

    IEnumerable<int> More(Rounds rounds, int strengths, int strength)
    {
        // A seed counts with the most samples it has.
        var levels = new List<int>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var level = Enumerable.Range(0, Samples.Count).Reverse()
                .FirstOrDefault(l => rounds.Has((l * Seeds + seed) * strengths + strength), -1);
            if (level < 0) break;
            levels.Add(level);
        }

        var places = levels.Select((level, seed) => (level * Seeds + seed) * strengths + strength).ToList();
        var values = places.ConvertAll(place => rounds.Value(place, Of));
        var (seeds, lowest) = (levels.Count, levels.Min());
        var (mean, samples) = (values.Average(), places.Min(place => rounds.Samples(place, Of)));
        if (double.IsNaN(mean)) return seeds < Seeds ? Places(strengths, strength, lowest, seeds, Seeds) : [];
        var ofSamples = Intervals.ClopperPearson((long)Math.Round(mean * samples), samples);
        if (Width(Estimate.OverSeeds(values, ofSamples, StopConfidence).Interval.Clamp(0, 1)) <= Half) return [];
        var (own, room) = (Width(ofSamples), Seeds == 1 ? Half : Half * Share);
        // Where the data has no more samples than these, more cannot be had.
        var isLast = lowest == Samples.Count - 1 || Taken(rounds, places) < Samples[lowest];
        if (!isLast && (own > room || seeds == Seeds))
        {
            var level = Enumerable.Range(lowest + 1, Samples.Count - lowest - 1)
                .FirstOrDefault(l => Samples[l] > 0 && own * Math.Sqrt((double)Samples[lowest] / Samples[l]) <= room, Samples.Count - 1);
            return levels.SelectMany((l, seed) => l < level ? Places(strengths, strength, level, seed, seed + 1) : []);
        }

        // Seeds share their samples: these alone may be too few, and then no number of seeds helps.
        return own >= Half ? [] : Places(strengths, strength, lowest, seeds, Math.Min(Seeds, Needed(values, own)));
    }

    /// <summary>The number of seeds that is enough if further seeds differ as these do; at most twice as many as there are.</summary>
    int Needed(List<double> values, double ofSamples)
    {
        var (count, room) = (values.Count, Math.Sqrt(Half * Half - ofSamples * ofSamples));
        if (count == 1) return 2;
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (count - 1));
        var needed = count + 1;
        while (needed < 2 * count
            && Intervals.StudentQuantile(needed - 1, (1 - StopConfidence) / 2) * deviation / Math.Sqrt(needed) > room) needed++;
        return needed;
    }

    static long Taken(Rounds rounds, List<int> places) =>
        places.Min(place => rounds.Samples(place, Metric.RobustAccuracy) is > 0 and var taken ? taken : long.MaxValue);

    static double Width(Interval interval) => (interval.High - interval.Low) / 2;
}
