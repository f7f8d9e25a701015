namespace Grid.Grains;

/// <param name="Lease">How long a worker may be silent before its groups go to others.</param>
public sealed record GrainTimes(TimeSpan Lease)
{
    public static GrainTimes Default { get; } = new(TimeSpan.FromSeconds(20));

    /// <summary>How long an answer waits for a plan or for results that are being read. Most are there by then, so that nobody has to ask
    /// twice.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
}
