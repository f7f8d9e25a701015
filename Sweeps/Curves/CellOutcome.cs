using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Curves;

/// <summary>A planned cell, and what is known of it so far.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Id">The id of the cell.</param>
/// <param name="Result">The result; null before there is one.</param>
public sealed record CellOutcome(Cell Cell, CellId Id, CellResult? Result)
{
    /// <summary>Why the cell is left out of the sweep; null where it is not.</summary>
    public string? Skipped { get; init; }

    /// <summary>How far the cell is.</summary>
    public CellStatus Status => Result?.Status ?? (Skipped is null ? CellStatus.Pending : CellStatus.Skipped);

    /// <summary>Whether the cell is part of the sweep and has not ended. Until it has, what its curve shows is provisional.</summary>
    public bool IsOpen => Status is CellStatus.Pending or CellStatus.Running;

    /// <summary>A measurement of the cell; null unless the cell is done and has it, and it is a number.</summary>
    /// <param name="metric">The name of the measurement, one of <see cref="Metric"/>.</param>
    public Measurement? Measured(string metric) =>
        Result is { Status: CellStatus.Done } && Result.Measurements.GetValueOrDefault(metric) is { } m && !double.IsNaN(m.Value)
            ? m
            : null;
}
