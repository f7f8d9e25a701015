using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <summary>
/// A worker's calls to coordinators and cells, over Orleans in a cluster or in memory in a simulation. A call may fail before or after it
/// took effect, and ends with <see cref="TimeoutException"/> if no answer comes.
/// </summary>
public interface IClusterCalls
{
    /// <inheritdoc cref="ISweepGrain.Lease"/>
    Task<ImmutableArray<GroupLease>> Lease(string sweep, LeaseRequest request);

    /// <inheritdoc cref="ISweepGrain.Renew"/>
    Task<ImmutableArray<long>> Renew(string sweep, string worker, ImmutableArray<Renewal> renewals);

    /// <inheritdoc cref="ISweepGrain.Report"/>
    Task Report(string sweep, GroupReport report);

    /// <inheritdoc cref="ICellGrain.Claim"/>
    Task<Standing> Claim(CellId cell, Claim claim);

    /// <inheritdoc cref="ICellGrain.Release"/>
    Task Release(CellId cell, string sweep, long token);

    /// <inheritdoc cref="ICellGrain.Complete"/>
    Task<CellResult> Complete(Completion completion);
}

/// <summary>Calls the grains of a cluster.</summary>
public sealed class GrainCalls(IGrainFactory grains) : IClusterCalls
{
    public Task<ImmutableArray<GroupLease>> Lease(string sweep, LeaseRequest request) => Sweep(sweep).Lease(request);

    public Task<ImmutableArray<long>> Renew(string sweep, string worker, ImmutableArray<Renewal> renewals) =>
        Sweep(sweep).Renew(worker, renewals);

    public Task Report(string sweep, GroupReport report) => Sweep(sweep).Report(report);

    public Task<Standing> Claim(CellId cell, Claim claim) => Cell(cell).Claim(claim);

    public Task Release(CellId cell, string sweep, long token) => Cell(cell).Release(sweep, token);

    public Task<CellResult> Complete(Completion completion) => Cell(completion.Result.Cell).Complete(completion);

    ISweepGrain Sweep(string id) => grains.GetGrain<ISweepGrain>(id);

    ICellGrain Cell(CellId id) => grains.GetGrain<ICellGrain>(id.Value);
}
