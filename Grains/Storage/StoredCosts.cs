using Grid.Sweeps.Cells;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Grains.Storage;

/// <summary>How long the cluster's cells took, for an estimate of others.</summary>
static class StoredCosts
{
    // One statement of the database.
    const int Page = 500;

    // More cells of other sweeps say nothing new, and take long to read.
    const int MostOthers = 20_000;

    /// <summary>The results that a plan's cells have already, and measured times: those of the plan's own cells, and those of other sweeps,
    /// the newest first, as far as their ids say of which kind they are.</summary>
    public static async Task<(IReadOnlyDictionary<CellId, CellResult> Known, MeasuredCosts Costs)> Of(IGridStore store, Plan plan)
    {
        var (known, costs, others) = (new Dictionary<CellId, CellResult>(), new MeasuredCosts(), 0);
        foreach (var page in plan.Cells.Chunk(Page))
        {
            foreach (var (cell, row) in page.Zip(await store.ReadCells([.. page.Select(c => c.Id)])))
            {
                if (row?.Value.Result is not { Status: CellStatus.Done } result || !known.TryAdd(cell.Id, result)) continue;
                costs.Add(cell.Cell, result);
            }
        }

        foreach (var sweep in (await store.Sweeps(runningOnly: false, CancellationToken.None)).OrderByDescending(s => s.Submitted))
        {
            if (others >= MostOthers) break;
            await foreach (var (_, result, _) in store.Results(sweep.Id, CancellationToken.None))
            {
                if (known.ContainsKey(result.Cell)) continue;
                costs.Add(result);
                if (++others >= MostOthers) break;
            }
        }

        return (known, costs);
    }
}
