namespace Grid.Grains.Storage;

/// <summary>The row of a device worker, see <see cref="Contracts.WorkerLine"/>.</summary>
/// <param name="State">State of the worker: busy, idle, draining, hangs, or broken.</param>
public sealed record WorkerRecord(
    string Worker, string Device, long MemoryBytes, long Cells, double CellsPerHour, string Doing, DateTimeOffset Started,
    DateTimeOffset Seen, string State);
