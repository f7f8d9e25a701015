using System.Collections.Immutable;
using Grid.Contracts;
using Grid.Grains;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Simulation.Tests;

/// <summary>Coordinators and cells as a process sees them: every call goes over the simulated network.</summary>
sealed class SimulatedCalls(
    SimulatedProcess caller, SimulatedNetwork network, Invariants invariants, OldFault old = OldFault.None) : IClusterCalls
{
    Task _before = Task.CompletedTask;

    public Task<Submission> Start(string sweep, SweepOrder order) => Sweep(sweep, nameof(Start), g => g.Start(order));

    public Task<SweepStatus> Status(string sweep) => Sweep(sweep, nameof(Status), g => g.Status(), interleaves: true);

    public Task<ImmutableArray<SecurityCurve>> Curves(string sweep) => Sweep(sweep, nameof(Curves), g => g.Curves(), interleaves: true);

    public Task<CellPage> Cells(string sweep) => Sweep(sweep, nameof(Cells), g => g.Cells(0, CellPage.Largest), interleaves: true);

    public Task<SweepPhase> Turn(string sweep, SweepPhase wanted) => Sweep(sweep, nameof(Turn), g => g.Turn(wanted));

    public Task<int> Retry(string sweep, Retry retry) => Sweep(sweep, nameof(Retry), g => g.Retry(retry));

    public async Task<ImmutableArray<GroupLease>> Lease(string sweep, LeaseRequest request)
    {
        var leases = await InTurn(() => Sweep(sweep, nameof(Lease), async g =>
        {
            var given = await g.Lease(request);
            if (old == OldFault.LostLeaseCounts)
                await g.Renew(request.Worker, [.. given.Select(l => new Renewal(l.Group, l.Token, "", l.Attempt))]);
            foreach (var lease in given) invariants.Given(lease, caller, request.Worker);
            return given;
        }));
        foreach (var lease in leases) invariants.Delivered(lease, request.Worker);
        return leases;
    }

    public Task<ImmutableArray<long>> Renew(string sweep, string worker, ImmutableArray<Renewal> renewals) =>
        InTurn(() => Sweep(sweep, nameof(Renew), g => g.Renew(worker, renewals)));

    public Task Report(string sweep, GroupReport report) => Sweep(sweep, nameof(Report), async g =>
    {
        await g.Report(report);
        if (report.Ended) invariants.Ended(sweep, report.Group, report.Token);
        return true;
    });

    public Task<Standing> Claim(CellId cell, Claim claim) => Cell(cell, nameof(Claim), g => g.Claim(claim));

    public Task Release(CellId cell, string sweep, long token) => Cell(cell, nameof(Release), async g =>
    {
        await g.Release(sweep, token);
        return true;
    });

    public Task<CellResult> Complete(Completion completion) => Cell(completion.Result.Cell, nameof(Complete), g => g.Complete(completion));

    Task<T> InTurn<T>(Func<Task<T>> call)
    {
        if (old != OldFault.SweepAfterSweep) return call();
        var mine = After(_before);
        _before = mine;
        return mine;

        async Task<T> After(Task before)
        {
            await Task.WhenAny(before);
            return await call();
        }
    }

    Task<T> Sweep<T>(string sweep, string method, Func<ISweepGrain, Task<T>> call, bool interleaves = false) =>
        network.Call(new Request<T>(caller, GrainId.Create("sweep", sweep), method, interleaves, grain => call((ISweepGrain)grain)));

    Task<T> Cell<T>(CellId cell, string method, Func<ICellGrain, Task<T>> call) =>
        network.Call(new Request<T>(caller, GrainId.Create("cell", cell.Value), method, false, grain => call((ICellGrain)grain)));
}
