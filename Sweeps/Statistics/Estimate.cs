namespace Grid.Sweeps.Statistics;

/// <summary>A number with its two-sided confidence interval, of 95 % unless said otherwise. An end of the interval is infinite where the
/// data do not bound it.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
public readonly record struct Estimate(double Value, double Low, double High)
{
    /// <summary>An estimate of which nothing is known.</summary>
    public static Estimate Unknown { get; } = new(double.NaN, double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>A value with its interval.</summary>
    /// <param name="value">The value.</param>
    /// <param name="interval">The interval around it.</param>
    public static Estimate Of(double value, Interval interval) => new(value, interval.Low, interval.High);

    /// <summary>The interval alone.</summary>
    public Interval Interval => new(Low, High);

    /// <summary>Whether the interval holds a value.</summary>
    /// <param name="value">The value.</param>
    public bool Holds(double value) => Low <= value && value <= High;

    /// <summary>The mean over several seeds, which share their samples. Student's t covers other models, the interval of the samples covers
    /// other samples, and both are put together. Of one seed, its own interval is left.</summary>
    /// <param name="values">The values, one for each seed.</param>
    /// <param name="ofSamples">The interval of the mean over other samples.</param>
    /// <param name="confidence">The confidence, in (0, 1).</param>
    public static Estimate OverSeeds(IReadOnlyList<double> values, Interval ofSamples, double confidence = 0.95)
    {
        if (values.Count == 0) return Unknown;
        var mean = values.Average();
        return values.Count == 1 ? Of(mean, ofSamples) : Of(mean, Intervals.Both(mean, Intervals.StudentT(values, confidence), ofSamples));
    }
}
