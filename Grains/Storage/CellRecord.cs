using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Grains.Storage;

/// <summary>The row of a cell, which exists from its first result on.</summary>
/// <param name="Cell">The cell's experiment.</param>
/// <param name="Result">The result, done or failed.</param>
/// <param name="Finished">When the result was kept.</param>
public sealed record CellRecord(Cell Cell, CellResult Result, DateTimeOffset Finished);
