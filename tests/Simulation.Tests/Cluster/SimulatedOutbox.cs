using Grid.Contracts;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;

namespace Grid.Simulation.Tests;

/// <summary>A machine's disk, as far as results wait on it: a later life of its silo finds them.</summary>
sealed class SimulatedOutbox : IOutbox
{
    readonly Dictionary<CellId, Completion> _files = [];

    public int Count => _files.Count;

    public void Put(Completion completion) => _files[completion.Result.Cell] = completion;

    public void Remove(Completion completion) => _files.Remove(completion.Result.Cell);

    public void SetAside(Completion completion) => Remove(completion);

    public IEnumerable<Completion> Left() => [.. _files.Values];
}
