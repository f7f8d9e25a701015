using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Plans;

/// <summary>A cell with its place in the plan.</summary>
public readonly record struct PlannedCell(int Index, Cell Cell, CellId Id);
