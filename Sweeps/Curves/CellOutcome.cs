using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>A planned cell and what is known of it so far; null while it is not finished.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Id">The id of the cell.</param>
/// <param name="Result">The result; null before there is one.</param>
public sealed record CellOutcome(Cell Cell, CellId Id, CellResult? Result)
{
    /// <summary>Why the cell is not run; null where it is.</summary>
    public string? Skipped { get; init; }

    /// <summary>How far the cell is.</summary>
    public CellStatus Status => Result?.Status ?? (Skipped is null ? CellStatus.Pending : CellStatus.Skipped);

    /// <summary>Whether it is part of the sweep and not settled yet: what is told of its curve is provisional.</summary>
    public bool IsOpen => Status is CellStatus.Pending or CellStatus.Running;

    /// <summary>A measurement of a cell that is done, if it has it and it is a number.</summary>
    /// <param name="metric">The name of the measurement, one of <see cref="Metric"/>.</param>
    public Measurement? Measured(string metric) =>
        Result is { Status: CellStatus.Done } && Result.Measurements.GetValueOrDefault(metric) is { } m && !double.IsNaN(m.Value)
            ? m
            : null;
}
