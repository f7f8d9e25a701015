using System.Collections.Immutable;
using Grid.Compute;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Cluster;

/// <summary>Cells that wait, or do nothing at all.</summary>
/// <param name="ran">Is told of every cell that is run.</param>
sealed class Waiting(int milliseconds, TextWriter? ran = null) : IExperiments
{
    static readonly Provenance Nowhere = new("1", "none", "none", "", "bench");

    public void Run(
        IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
        Action<CellResult> done, CancellationToken ct)
    {
        foreach (var (_, id) in cells)
        {
            if (milliseconds > 0) ct.WaitHandle.WaitOne(milliseconds);
            ct.ThrowIfCancellationRequested();
            if (ran is not null) lock (ran) ran.WriteLine(id.Value);
            done(new(id, CellStatus.Done, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, 0, attempt, Nowhere));
        }
    }
}
