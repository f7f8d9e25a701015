using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Grains.Storage;

/// <summary>The row of a cell: there from its first result on.</summary>
/// <param name="Cell">The experiment.</param>
/// <param name="Result">Done or failed.</param>
/// <param name="Finished">When the result was kept.</param>
public sealed record CellRecord(Cell Cell, CellResult Result, DateTimeOffset Finished);
