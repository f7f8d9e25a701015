using Grid.Compute;
using Grid.Lab.Experiments;
using Grid.Silo.Redaction;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Silo.Workers;

/// <summary>Runs the cells of a group.</summary>
public interface IExperiments
{
    /// <inheritdoc cref="ExperimentRunner.Run"/>
    void Run(
        IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
        Action<CellResult> done, CancellationToken ct);

    /// <inheritdoc cref="ExperimentRunner.RunTogether"/>
    void RunTogether(IReadOnlyList<GroupRun> groups, Device device, Action<string> report, CancellationToken ct)
    {
    }
}

/// <summary>Runs real experiments, and takes this machine's folders out of their errors.</summary>
public sealed class LocalExperiments(ExperimentRunner laboratory) : IExperiments
{
    public void Run(
        IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report, Action<CellResult> done,
        CancellationToken ct) =>
        laboratory.Run(cells, device, attempt, report,
            result => done(result.Error is { } error ? result with { Error = PathRedaction.Text(error) } : result), ct);

    public void RunTogether(IReadOnlyList<GroupRun> groups, Device device, Action<string> report, CancellationToken ct) =>
        laboratory.RunTogether(groups, device, report, ct);
}
