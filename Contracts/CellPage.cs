using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Contracts;

/// <summary>A stretch of a sweep's cells.</summary>
/// <param name="Total">Number of cells of the sweep.</param>
/// <param name="Spec">Text of the sweep file on the page that begins at 0; empty on others.</param>
/// <param name="PlanHash">Hash of the plan, see <see cref="Sweeps.Plans.Plan.Hash8"/>.</param>
/// <param name="Version">Version of the science that made the results.</param>
/// <param name="PlanFile">What <c>plan.json</c> beside exported results shall hold, on the page that begins at 0; null on others, and from
/// silos of before.</param>
[GenerateSerializer, Immutable, Alias("grid.cell-page")]
public sealed record CellPage(
    [property: Id(0)] string Name,
    [property: Id(1)] string PlanHash,
    [property: Id(2)] string Version,
    [property: Id(3)] string Spec,
    [property: Id(4)] int Total,
    [property: Id(5)] ImmutableArray<CellRow> Rows,
    [property: Id(6)] string? PlanFile = null)
{
    public const int Largest = 1000;
}

/// <param name="Result">Result of the cell; null while it is not finished.</param>
/// <param name="Skipped">Why the cell is not run; empty if no rule asked for it, so that it is no part of the sweep; null if it
/// is.</param>
[GenerateSerializer, Immutable, Alias("grid.cell-row")]
public sealed record CellRow([property: Id(0)] Cell Cell, [property: Id(1)] CellId Id, [property: Id(2)] CellResult? Result,
    [property: Id(3)] string? Skipped = null);
