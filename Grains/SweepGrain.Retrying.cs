using Grid.Contracts;
using Grid.Grains.Telemetry;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Grains;

/// <summary>The part of a coordinator for retries. A retry is a moment: failures before it no longer count, wherever they are
/// stored.</summary>
sealed partial class SweepGrain
{
    public async Task<int> Retry(Retry retry)
    {
        Permit();
        int? only = null;
        if (retry.Cell is { } id)
        {
            only = Book.Plan.Cells.Where(c => c.Id.Value == id).Select(c => (int?)c.Index).FirstOrDefault()
                ?? throw new GridException($"The sweep {Record.Id} has no cell {id}; gridctl cells lists them.");
        }

        // A moment is enough, after which failures count again: no cell has to be called.
        var failedAfter = Record.FailedAfter;
        if (only is { } one) _retried[one] = await AfterFailures([one]);
        else if (retry.Failed) failedAfter = await AfterFailures(Enumerable.Range(0, Book.Plan.Cells.Count));
        if (retry.Failed || only is not null) metrics.Retried(Book.Retry(only), SweepMetrics.Asked);
        if (Book.Progress.IsFinished) return 0;
        try
        {
            // This is one write, for a sweep whose failures no longer count must be running.
            await Write(Record with { Phase = SweepPhase.Running, Reason = null, Finished = null, FailedAfter = failedAfter });
        }
        catch
        {
            // The state here may be ahead of the row, so the next activation reads it.
            DeactivateOnIdle();
            throw;
        }

        Audited(Caller.Name, "retried", Record.Id);
        return Book.Progress.Pending + Book.Progress.Leased;
    }

    /// <summary>The moment of a retry: now, or the moment at which the last of these failures was kept if that is later, for the clocks of
    /// silos differ.</summary>
    async Task<DateTimeOffset> AfterFailures(IEnumerable<int> cells)
    {
        var moment = clock.GetUtcNow();
        foreach (var page in cells.Where(c => Book.Result(c)?.Status == CellStatus.Failed).Chunk(CellPage.Largest))
        {
            foreach (var row in await store.ReadCells([.. page.Select(c => Book.Plan.Cells[c].Id)]))
                if (row?.Value.Finished > moment) moment = row.Value.Finished;
        }

        return moment;
    }

    /// <summary>
    /// Drops failures before a retry that come later, from a worker that had not reported them or under a lease from before. They no longer
    /// count, and their cells are given out again.
    /// </summary>
    async Task<HashSet<CellId>> Forgotten(GroupReport report)
    {
        var failed = report.Results.Where(c => c.Result?.Status == CellStatus.Failed).ToList();
        if (failed.All(c => CountsFrom(c.Index) == DateTimeOffset.MinValue)) return [];
        var kept = await store.ReadCells(failed.ConvertAll(c => c.Result.Cell));
        return
        [
            .. from pair in failed.Zip(kept)
               where pair.Second is { Value: { Result.Status: CellStatus.Failed } row } && row.Finished <= CountsFrom(pair.First.Index)
               select pair.First.Result.Cell,
        ];
    }

    /// <summary>The moment after which a failure of the cell counts.</summary>
    DateTimeOffset CountsFrom(int cell) => _retried.GetValueOrDefault(cell, Record.FailedAfter);
}
