namespace Grid.Grains;

/// <param name="Lease">How long a worker may be silent until its groups are given to others.</param>
public sealed record GrainTimes(TimeSpan Lease)
{
    public static GrainTimes Default { get; } = new(TimeSpan.FromSeconds(20));
}
