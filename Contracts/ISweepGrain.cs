using System.Collections.Immutable;
using Grid.Sweeps.Curves;
using Orleans.Concurrency;

namespace Grid.Contracts;

/// <summary>
/// The coordinator of one sweep; key: its id. Hands out leases on groups, merges what workers report, and answers progress and curves from
/// memory.
/// </summary>
[Alias("grid.sweep-grain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Sets a planned sweep going; nothing but an answer if it is known. Called by the front desk.</summary>
    [Alias("start"), ResponseTimeout("01:00:00")]
    Task<Submission> Start(SweepOrder order);

    /// <summary>Keeps a checked sweep whose plan takes long, and plans and starts it behind the answer. The key is name and hash of its
    /// text.</summary>
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
    /// <param name="count">Number of cells wanted, at most <see cref="CellPage.Largest"/>.</param>
    [Alias("cells"), AlwaysInterleave]
    Task<CellPage> Cells(int from, int count);

    /// <summary>Pauses, resumes, stops or cancels. Asking twice is asking once.</summary>
    /// <returns>The phase it is in now.</returns>
    [Alias("turn")]
    Task<SweepPhase> Turn(SweepPhase wanted);

    /// <summary>Has cells run again and the sweep going; tells how many cells are open now.</summary>
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
