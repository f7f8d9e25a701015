using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments;

/// <summary>A group of cells that is run beside others.</summary>
/// <param name="Cells">The cells, which differ in strength alone, with their ids.</param>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="Done">Gets each result.</param>
public sealed record GroupRun(IReadOnlyList<(Cell Cell, CellId Id)> Cells, int Attempt, Action<CellResult> Done);
