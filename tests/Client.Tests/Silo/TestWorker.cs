using Grid.Compute.Cpu;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Client.Tests.Silo;

/// <summary>What a device worker does, in a few lines and only when told to.</summary>
sealed class TestWorker(IClusterClient client, IGridStore store, ExperimentRunner laboratory)
{
    const string Name = "silo-0/cpu:0";

    static readonly DateTimeOffset Started = TimeProvider.System.GetUtcNow();

    /// <summary>Says that it lives.</summary>
    public Task Beat(string doing = "") =>
        store.Beat(
            [new(Name, "16 cores with AVX-512", 0, 12, 3600, doing, Started, TimeProvider.System.GetUtcNow(),
                doing == "" ? "idle" : "busy")], CancellationToken.None);

    public async Task<GroupLease?> Lease(string sweep) =>
        (await client.GetGrain<ISweepGrain>(sweep).Lease(new(Name, [], 1, Science: Catalogue.Fingerprint))).FirstOrDefault();

    /// <summary>What the checks say of each curve, as the coordinator draws it.</summary>
    public async Task<IReadOnlyList<string>> Verdicts(string sweep) =>
        [.. (await client.GetGrain<ISweepGrain>(sweep).Curves()).Select(c => CurveVerdict.Text(c.Verdict))];

    /// <summary>Takes up to so many groups of a sweep and finishes them.</summary>
    /// <param name="failure">Text of the failure that cells end with; null to compute them.</param>
    /// <returns>How many groups there were.</returns>
    public async Task<int> Work(string sweep, int groups = int.MaxValue, Func<Cell, string?>? failure = null)
    {
        var done = 0;
        while (done < groups && await Lease(sweep) is { } lease)
        {
            await Finish(lease, failure);
            done++;
        }

        return done;
    }

    public async Task Finish(GroupLease lease, Func<Cell, string?>? failure = null)
    {
        var results = new List<CellResult>();
        var cells = lease.Cells.Select(c => (Cell: lease.Cell with { Strength = c.Strength }, c.Id)).ToList();
        if (failure?.Invoke(lease.Cell) is { } error)
        {
            results.AddRange(
                cells.Select(c => CellResult.Failed(c.Id, FailureKind.Experiment, error, 0.1, 1, new("1", "cpu", "avx", "", "silo-0"))));
        }
        else
        {
            using var device = new CpuDevice(1);
            laboratory.Run(cells, device, 1, _ => { }, results.Add, CancellationToken.None);
        }

        var kept = new List<CellReport>();
        foreach (var result in results)
        {
            var cell = cells.Single(c => c.Id == result.Cell).Cell;
            kept.Add(new(lease.Cells.Single(c => c.Id == result.Cell).Index,
                await client.GetGrain<ICellGrain>(result.Cell.Value).Complete(new(cell, result))));
        }

        await client.GetGrain<ISweepGrain>(lease.Sweep).Report(new(Name, lease.Group, lease.Token, [.. kept], true, TimeSpan.Zero, false));
    }
}
