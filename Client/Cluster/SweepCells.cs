using Grid.Contracts;
using Grid.Contracts.Reading;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Client.Cluster;

/// <summary>All cells of a sweep with their results, fetched page by page.</summary>
/// <param name="PlanFile">Text of plan.json, see <see cref="CellPage.PlanFile"/>.</param>
sealed record SweepCells(SweepHeading Heading, IReadOnlyList<CellOutcome> Outcomes, string? PlanFile)
{
    public SweepReport Findings => new(Heading, Outcomes, Catalogue.Traits);

    public static Task<SweepCells> Fetch(ISweepGrain sweep) => Fetch(sweep, null, _ => null);

    /// <param name="fetched">Gets the number of cells that have come, and that of all cells.</param>
    /// <param name="open">Is called once, before the first result; what it returns gets each result whole.</param>
    public static async Task<SweepCells> Fetch(ISweepGrain sweep, Action<int, int>? fetched, Func<SweepHeading, Action<CellResult>?> open)
    {
        var (slim, outcomes) = (new SlimCells(), new List<CellOutcome>());
        var (heading, take, plan) = (default(SweepHeading), default(Action<CellResult>), default(string));
        await foreach (var page in SweepPages.Of(sweep, fetched))
        {
            if (heading is null)
            {
                heading = new(page.Name, page.Spec, page.PlanHash, page.Version);
                plan = page.PlanFile;
                take = open(heading);
                outcomes.Capacity = page.Total;
            }

            foreach (var row in page.Rows)
            {
                // Results that are no part of the tables have led to others that are.
                if (row.Result is { } result) take?.Invoke(result);
                if (row.Skipped is not "") outcomes.Add(slim.Of(row));
            }
        }

        return new(heading!, outcomes, plan);
    }
}
