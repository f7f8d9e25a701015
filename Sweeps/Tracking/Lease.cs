namespace Grid.Sweeps.Tracking;

/// <summary>The right to run a group for a while, from when it was last renewed.</summary>
/// <param name="Group">Index of the group in the plan.</param>
/// <param name="Token">Grows with every lease, also across restarts; tells this lease from earlier ones on the group.</param>
/// <param name="Cells">The cells of the group that are not finished, by index in the plan, in order of strength.</param>
/// <param name="Attempt">1, and one more for every lease on the group that ran out in a worker's hands or ended by a fault.</param>
public sealed record Lease(int Group, long Token, IReadOnlyList<int> Cells, int Attempt);

/// <summary>How far a sweep is, in cells. Pending ones are neither leased nor finished.</summary>
/// <param name="Total">The number of cells.</param>
/// <param name="Pending">The cells that wait.</param>
/// <param name="Leased">The cells that a worker has.</param>
/// <param name="Done">The cells with a result.</param>
/// <param name="Failed">The cells that failed.</param>
public readonly record struct Progress(int Total, int Pending, int Leased, int Done, int Failed)
{
    /// <summary>Whether every cell is done or failed.</summary>
    public bool IsFinished => Done + Failed == Total;
}
