using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains.Storage;
using Orleans.Concurrency;

namespace Grid.Grains;

/// <inheritdoc cref="IGridGrain"/>
[GrainType("grid"), StatelessWorker, Reentrant]
sealed class GridGrain(IPlanner planner, IGridStore store, TimeProvider clock) : Grain, IGridGrain
{
    static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    public async Task<Submission> Submit(string file, string text)
    {
        var planned = await planner.Plan(file, text);
        return await GrainFactory.GetGrain<ISweepGrain>(planned.Plan.Folder).Start(file, text);
    }

    public async Task<ImmutableArray<SweepLine>> Sweeps() =>
    [
        .. (await store.Sweeps(runningOnly: false, CancellationToken.None))
            .OrderByDescending(s => s.Submitted)
            .Select(s => new SweepLine(s.Id, s.Phase, s.Priority, s.Cells, s.Done, s.Failed, s.Submitted, s.Finished)),
    ];

    public async Task<ImmutableArray<WorkerLine>> Workers() =>
    [
        .. (await store.Workers(clock.GetUtcNow() - Recent, CancellationToken.None))
            .Select(w => new WorkerLine(w.Worker, w.Device, w.MemoryBytes, w.Cells, w.CellsPerHour, w.Doing, w.Started, w.Seen, w.State)),
    ];
}
