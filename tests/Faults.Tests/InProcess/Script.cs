using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Faults.Tests.InProcess;

/// <summary>What the workers of a test do with a cell, in place of an experiment.</summary>
/// <param name="Cell">Runs on the device's thread; gives robust accuracy, or throws.</param>
sealed record Script(Func<Cell, CancellationToken, double> Cell)
{
    static readonly Provenance Nowhere = new("1", "none", "none", "", "test");

    /// <summary>Every run of a cell with the silo it ran on, in order.</summary>
    public ConcurrentQueue<(CellId Cell, string Silo)> Runs { get; } = new();

    /// <summary>The sizes of what ran as one, in order.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    /// <summary>What comes of groups that run as one, on the device's thread; by default nothing, and each is run alone.</summary>
    public Action<IReadOnlyList<GroupRun>, CancellationToken> Together { get; init; } = (_, _) => { };

    /// <summary>Cells that do nothing.</summary>
    public static Script Nothing() => new((_, _) => 1);

    public void Run(string silo, IReadOnlyList<(Cell Cell, CellId Id)> cells, int attempt, Action<CellResult> done, CancellationToken ct)
    {
        foreach (var (cell, id) in cells)
        {
            ct.ThrowIfCancellationRequested();
            Runs.Enqueue((id, silo));
            var accuracy = Cell(cell, ct);
            var right = (long)(accuracy * 100);
            done(new(
                id, CellStatus.Done,
                ImmutableSortedDictionary<string, Measurement>.Empty.Add(Metric.RobustAccuracy, Measurement.Rate(right, 100)),
                null, null, 0.001, attempt,
                Nowhere));
        }
    }
}

sealed class ScriptedExperiments(Script script, string silo) : IExperiments
{
    public void Run(
        IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report, Action<CellResult> done,
        CancellationToken ct) =>
        script.Run(silo, cells, attempt, done, ct);

    public void RunTogether(IReadOnlyList<GroupRun> groups, Device device, Action<string> report, CancellationToken ct)
    {
        script.Batches.Enqueue(groups.Count);
        script.Together(groups, ct);
    }
}
