
namespace Grid.Contracts.Reading;

/// <summary>Fetches a sweep's cells page by page, the next page while the caller works on one.</summary>
public static class SweepPages
{
    /// <param name="fetched">Gets the number of cells that have come, and that of all cells.</param>
    public static async IAsyncEnumerable<CellPage> Of(ISweepGrain sweep, Action<int, int>? fetched = null)
    {
        var next = sweep.Cells(0, CellPage.Largest);
        for (var from = 0; ;)
        {
            var page = await next;
            from += page.Rows.Length;
            fetched?.Invoke(from, page.Total);
            var more = page.Rows.Length > 0 && from < page.Total;
            if (more) next = sweep.Cells(from, CellPage.Largest);
            yield return page;
            if (!more) yield break;
        }
    }
}
