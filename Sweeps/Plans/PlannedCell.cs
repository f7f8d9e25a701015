using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Plans;

/// <summary>A cell with its place in the plan.</summary>
/// <param name="Index">The number of the cell in the plan, from 0.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Id">The id of the cell.</param>
public readonly record struct PlannedCell(int Index, Cell Cell, CellId Id);
