using System.Collections.Immutable;
using System.Diagnostics;
using Grid.Compute;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Cluster;

/// <summary>Cells that wait, or do nothing at all.</summary>
/// <param name="ran">Is told of every cell that has run, and of the timestamp at which it began.</param>
sealed class Waiting(int milliseconds, Action<Cell, CellId, long>? ran = null) : IExperiments
{
    static readonly Provenance Nowhere = new("1", "none", "none", "", "bench");

    public void Run(
        IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
        Action<CellResult> done, CancellationToken ct)
    {
        foreach (var (cell, id) in cells)
        {
            var began = Stopwatch.GetTimestamp();
            if (milliseconds > 0) ct.WaitHandle.WaitOne(milliseconds);
            ct.ThrowIfCancellationRequested();
            ran?.Invoke(cell, id, began);
            done(new(id, CellStatus.Done, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, 0, attempt, Nowhere));
        }
    }
}
