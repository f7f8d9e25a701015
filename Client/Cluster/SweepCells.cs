using Grid.Contracts;
using Grid.Lab.Experiments.Plans;
using Grid.Presentation;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Journals;

namespace Grid.Client.Cluster;

/// <summary>Every cell of a sweep with its result, fetched page by page.</summary>
sealed record SweepCells(SweepHeading Heading, IReadOnlyList<CellOutcome> Outcomes)
{
    public JournalHeader Header => new(Heading.Name, Heading.PlanHash, Heading.Version);

    public SweepReport Findings => new(Heading, Outcomes, Planning.Terms);

    public static async Task<SweepCells> Fetch(ISweepGrain sweep)
    {
        var first = await sweep.Cells(0, CellPage.Largest);
        var outcomes = new List<CellOutcome>(first.Total);
        for (var page = first; ; page = await sweep.Cells(outcomes.Count, CellPage.Largest))
        {
            outcomes.AddRange(page.Rows.Select(r => new CellOutcome(r.Cell, r.Id, r.Result)));
            if (outcomes.Count >= first.Total || page.Rows.Length == 0) break;
        }

        return new(new(first.Name, first.Spec, first.PlanHash, first.Version), outcomes);
    }
}
