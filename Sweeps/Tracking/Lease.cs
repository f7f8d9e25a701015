namespace Grid.Sweeps.Tracking;

/// <summary>The right to run a group for a while, from when it was last renewed.</summary>
/// <param name="Group">The number of the group in the plan.</param>
/// <param name="Token">A number that grows with every lease, also across restarts; it tells this lease from earlier ones on the
/// group.</param>
/// <param name="Cells">The cells of the group that are not finished, by their number in the plan, in order of strength.</param>
/// <param name="Attempt">The number of the attempt: 1, and one more for every lease on the group that ran out in a worker's hands or ended
/// by a fault.</param>
public sealed record Lease(int Group, long Token, IReadOnlyList<int> Cells, int Attempt);

/// <summary>How far a sweep is, counted in cells.</summary>
/// <param name="Total">The number of cells.</param>
/// <param name="Pending">The number of cells that are neither leased nor finished.</param>
/// <param name="Leased">The number of cells that a worker has a lease on.</param>
/// <param name="Done">The number of cells with a result.</param>
/// <param name="Failed">The number of cells that failed.</param>
public readonly record struct Progress(int Total, int Pending, int Leased, int Done, int Failed)
{
    /// <summary>Whether every cell is done or failed.</summary>
    public bool IsFinished => Done + Failed == Total;
}
