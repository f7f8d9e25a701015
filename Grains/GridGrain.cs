using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Results;
using Orleans.Concurrency;

namespace Grid.Grains;

/// <inheritdoc cref="IGridGrain"/>
[GrainType("grid"), StatelessWorker, Reentrant]
sealed class GridGrain(IPlanner planner, IEnumerable<ICellImages> images, IGridStore store, GrainTimes times, TimeProvider clock)
    : Grain, IGridGrain
{
    const int MostImages = 64;

    static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    public async Task<Submission> Submit(string file, string text)
    {
        var outline = await planner.Check(file, text);
        var planning = planner.Plan(file, text);
        if (await Task.WhenAny(planning, Task.Delay(times.Patience, clock)) == planning)
        {
            var planned = await planning;
            return await GrainFactory.GetGrain<ISweepGrain>(planned.Plan.Folder).Start(SweepOrders.Of(file, text, planned, Caller.Name));
        }

        planning.Ignore();
        return await GrainFactory.GetGrain<ISweepGrain>(SweepOrders.Key(outline.Name, text)).Plan(new(file, text, outline.Name,
            outline.Limits, outline.Cells, "", "", Caller.Name));
    }

    public async Task<ImmutableArray<SweepLine>> Sweeps() =>
    [
        .. (await store.Sweeps(runningOnly: false, CancellationToken.None))
            .Where(s => SweepOrders.BecameOf(s) is null)
            .OrderByDescending(s => s.Submitted)
            .Select(s => new SweepLine(s.Id, s.Phase, s.Priority, s.Cells, s.Done, s.Failed, s.Submitted, s.Finished, s.Owner)),
    ];

    public async Task<ImmutableArray<WorkerLine>> Workers() =>
    [
        .. (await store.Workers(clock.GetUtcNow() - Recent, CancellationToken.None))
            .Select(w => new WorkerLine(w.Worker, w.Device, w.MemoryBytes, w.Cells, w.CellsPerHour, w.Doing, w.Started, w.Seen, w.State)),
    ];

    public Task<SampleImages?> Images(string sweep, string cell, int count) => images.FirstOrDefault() is { } maker
        ? maker.Of(sweep, cell, Math.Clamp(count, 1, MostImages))
        : throw new GridException("This silo makes no images.");
}
