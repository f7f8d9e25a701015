using System.Collections.Immutable;
using Grid.Sweeps.Curves;
using Orleans.Concurrency;

namespace Grid.Contracts;

/// <summary>
/// The coordinator of one sweep, whose id is the key. It gives leases on groups, merges the reports of workers, and answers questions about
/// progress and curves from memory.
/// </summary>
[Alias("grid.sweep-grain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Starts a planned sweep, or only answers if the sweep is known. <see cref="IGridGrain"/> calls it.</summary>
    [Alias("start"), ResponseTimeout("01:00:00")]
    Task<Submission> Start(SweepOrder order);

    /// <summary>Keeps a checked sweep whose plan takes long, and plans and starts it after the answer. The key is the name and the hash of
    /// its text.</summary>
    [Alias("plan")]
    Task<Submission> Plan(SweepOrder order);

    /// <exception cref="GridException">There is no such sweep.</exception>
    [Alias("status"), AlwaysInterleave]
    Task<SweepStatus> Status();

    /// <summary>Robust accuracy and whatever else is drawn over strength, from the results so far.</summary>
    [Alias("curves"), AlwaysInterleave]
    Task<ImmutableArray<SecurityCurve>> Curves();

    /// <summary>The FRIENDS grid; empty where the sweep has none.</summary>
    [Alias("friends"), AlwaysInterleave]
    Task<ImmutableArray<FriendsRow>> Friends();

    /// <summary>Cells in the order of the plan, with their results whole.</summary>
    /// <param name="from">Index of the first cell wanted.</param>
    /// <param name="count">Number of cells wanted, at most <see cref="CellPage.Largest"/>. Fewer may come, but one at least: of results
    /// with many classes only a few fit into a message.</param>
    [Alias("cells"), AlwaysInterleave]
    Task<CellPage> Cells(int from, int count);

    /// <summary>Pauses, resumes, stops or cancels the sweep. A second call changes nothing.</summary>
    /// <returns>The phase that the sweep is in now.</returns>
    [Alias("turn")]
    Task<SweepPhase> Turn(SweepPhase wanted);

    /// <summary>Lets cells run again and the sweep go on; returns the number of open cells.</summary>
    [Alias("retry")]
    Task<int> Retry(Retry retry);

    /// <summary>Groups to run; none if there is nothing to do now.</summary>
    [Alias("lease")]
    Task<ImmutableArray<GroupLease>> Lease(LeaseRequest request);

    /// <summary>Says that leases are being worked on; answers with the tokens of those that are lost and should be dropped.</summary>
    [Alias("renew")]
    Task<ImmutableArray<long>> Renew(string worker, ImmutableArray<Renewal> renewals);

    /// <summary>Merges results that the cells' grains have accepted. Repeated, late or reordered reports change nothing.</summary>
    [Alias("report")]
    Task Report(GroupReport report);
}
