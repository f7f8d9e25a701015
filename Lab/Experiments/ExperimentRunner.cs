using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Privacy;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Partitioning;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Kinds;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments;

/// <summary>Runs groups of cells. It holds what cells share, data sets and trained models, and several threads may use it at once, each
/// with a device of its own.</summary>
/// <param name="datasets">The data sets, loaded once.</param>
/// <param name="models">The trained models.</param>
/// <param name="clock">The clock.</param>
/// <param name="commit">The commit of the program, for the results; empty where it is not known.</param>
public sealed class ExperimentRunner(DatasetCache datasets, ModelStore models, TimeProvider clock, string commit)
{
    // A batch as small as this is halved once more, and then it is not to blame.
    const int Halved = 250;

    readonly ModelFindings _findings = new();

    /// <summary>The data set of a choice, which is read or downloaded where it is asked for first.</summary>
    /// <param name="choice">The data set, with its settings.</param>
    /// <param name="progress">Gets a line at a time about how the work goes; null for none.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public Dataset Data(Choice choice, IProgress<string>? progress = null, CancellationToken ct = default) =>
        datasets.Load(choice.ToString(), Catalogue.Create<DataSource>(choice), progress, ct).GetAwaiter().GetResult();

    /// <summary>The hash of the files that a cell's result depends on: its data set, and its model if that is a file.</summary>
    /// <param name="dataset">The data set, with its settings.</param>
    /// <param name="model">The model, with its settings.</param>
    /// <param name="progress">Gets a line at a time about how the work goes; null for none.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="LabException">A file is missing, damaged, or holds a model of another shape.</exception>
    public string Content(Choice dataset, Choice model, IProgress<string>? progress = null, CancellationToken ct = default)
    {
        var data = Data(dataset, progress, ct);
        if (Catalogue.Create<Model>(model) is not GivenModel file) return data.Sha256;
        var sha256 = file.Sha256;
        // Read here too, so that a file that is no model is told of before any work.
        _ = file.Values(data);
        return $"{data.Sha256} {sha256}";
    }

    /// <summary>Runs cells that differ in strength alone and reports each as soon as it is known. A cell whose experiment is impossible or
    /// goes wrong for good is reported as failed. Where memory runs out, smaller batches are tried once.</summary>
    /// <param name="cells">The cells, at least one, with their ids as they shall stand in the results.</param>
    /// <param name="device">The device, which this call uses alone while it runs.</param>
    /// <param name="attempt">The number of the attempt, from 1; it goes into the results.</param>
    /// <param name="report">Gets a line at a time about what is being done.</param>
    /// <param name="done">Gets each result.</param>
    /// <param name="ct">Ends the call with <see cref="OperationCanceledException"/>; cells not yet reported stay open.</param>
    public void Run(
        IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
        Action<CellResult> done, CancellationToken ct)
    {
        var provenance = ProvenanceOn(device);
        var open = cells.ToDictionary(c => c.Id, c => c.Cell);
        var last = clock.GetTimestamp();
        void Report(CellId id, CellMeasurements findings)
        {
            var now = clock.GetTimestamp();
            open.Remove(id);
            done(new(id, CellStatus.Done, findings.Measurements, findings.Outcomes, findings.Confusion,
                clock.GetElapsedTime(last, now).TotalSeconds, attempt, provenance));
            last = now;
        }

        for (var rows = device.Rows; ; rows /= 2)
        {
            try
            {
                using var scope = device.Scope();
                var setting = Setting(cells[0].Cell, device, rows, report, ct);
                var remaining = cells.Where(c => open.ContainsKey(c.Id)).ToList();
                if (setting.Data.Classes == 0) RegressionExperiment.Run(setting, remaining, Report);
                else if (setting.Defense is Dpa) PartitionExperiment.Run(setting, remaining, Report);
                else if (setting.Attack is TargetedPoisoning) TargetedExperiment.Run(setting, remaining, Report);
                else if (setting.Attack is DpAudit) AuditExperiment.Run(setting, remaining, Report);
                else if (setting.Attack is PrivacyAttack) MembershipExperiment.Run(setting, remaining, Report);
                else ClassificationExperiment.Run(setting, remaining, Report);
                return;
            }
            catch (OutOfMemoryException) when (rows >= Halved)
            {
                attempt++;
            }
            catch (Exception e) when (e is LabException or OutOfMemoryException)
            {
                var (kind, reason) = e is OutOfMemoryException
                    ? (FailureKind.OutOfMemory, $"Out of memory on {device.Name}, also at {rows} samples side by side.")
                    : (FailureKind.Experiment, e.Message);
                foreach (var id in open.Keys) done(Failed(id, kind, reason, clock.GetElapsedTime(last), device, attempt));
                return;
            }
        }
    }

    /// <summary>Does as one what groups alike (<see cref="BatchKey"/>) have in common: trains their networks, and attacks them where the
    /// attack can do so. A cell's result is what <see cref="Run"/> would find. What is left open, because memory runs out or one of the
    /// groups goes wrong, is for <see cref="Run"/>.</summary>
    /// <param name="groups">The groups, each as for <see cref="Run"/>.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="report">Gets a line at a time about how the work goes.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public void RunTogether(IReadOnlyList<GroupRun> groups, Device device, Action<string> report, CancellationToken ct)
    {
        var last = clock.GetTimestamp();
        try
        {
            GroupNetworks.Train(groups.SelectMany(g => Strengths(g).Select(strength => (Of(g, device.Rows), strength))));
        }
        catch (OutOfMemoryException)
        {
            return;
        }

        var trained = groups.Where(g => AttacksTogether(g.Cells[0].Cell) && models.Has(Of(g, device.Rows).Key(strength: 0)));
        foreach (var same in trained.GroupBy(g => string.Join(' ', g.Cells.Select(c => c.Cell.Strength)))) Attack([.. same], device.Rows);

        // What a certificate takes is counted sample by sample, network after network.
        static bool AttacksTogether(Cell cell) =>
            Catalogue.Create<Attack>(cell.Attack) is EvasionAttack && !Catalogue.Create<Defense>(cell.Defense).Certifies;

        // Of its own attack: each may have networks of its own.
        IEnumerable<double> Strengths(GroupRun group) =>
            Catalogue.Create<Attack>(group.Cells[0].Cell.Attack) is EvasionAttack
                ? [0]
                : group.Cells.Select(c => c.Cell.Strength).Prepend(0).Distinct();

        ExperimentContext Of(GroupRun group, int rows) => Setting(group.Cells[0].Cell, device, rows, report, ct);

        void Attack(IReadOnlyList<GroupRun> same, int rows)
        {
            if (same.Count < 2) return;
            try
            {
                using var scope = device.Scope();
                var peers = new ReplicaBatch([.. same.Select(g => Of(g, rows))]);
                var found = new List<(GroupRun Group, int Place, CellMeasurements Findings)>();
                ClassificationExperiment.Evade(peers, (EvasionAttack)peers.First.Attack, same[0].Cells.Select(c => c.Cell.Strength),
                    (p, k, findings) => found.Add((same[p], k, findings)));
                var (now, provenance) = (clock.GetTimestamp(), ProvenanceOn(device));
                var seconds = clock.GetElapsedTime(last, now).TotalSeconds / found.Count;
                last = now;
                foreach (var (group, place, findings) in found)
                    group.Done(new(group.Cells[place].Id, CellStatus.Done, findings.Measurements, findings.Outcomes, findings.Confusion,
                        seconds, group.Attempt, provenance));
            }
            catch (OutOfMemoryException) when (rows >= Halved)
            {
                Attack(same, rows / 2);
            }
            catch (OutOfMemoryException)
            {
                Attack([.. same.Take(same.Count / 2)], rows);
                Attack([.. same.Skip(same.Count / 2)], rows);
            }
            catch (LabException)
            {
                // Each alone tells whose it is.
            }
        }
    }

    /// <summary>The result of a cell that failed.</summary>
    /// <param name="cell">The id of the cell.</param>
    /// <param name="kind">The kind of the error.</param>
    /// <param name="reason">The reason, in one line.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="attempt">The number of the attempt, from 1.</param>
    public CellResult Failed(CellId cell, FailureKind kind, string reason, TimeSpan took, Device device, int attempt) =>
        CellResult.Failed(cell, kind, reason, took.TotalSeconds, attempt, ProvenanceOn(device));

    Provenance ProvenanceOn(Device device) => new(LabVersion.Current, device.Name, device.InstructionSet, commit, Environment.MachineName);

    /// <summary>The network that a cell measures, poisoned if the cell poisons, with PyTorch's names and layouts. It is taken from the
    /// store, or trained now.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="report">Gets a line at a time about how the work goes.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="LabException">The cell measures no network, or its training goes wrong.</exception>
    public IReadOnlyList<NamedTensor> Trained(Cell cell, Device device, Action<string> report, CancellationToken ct)
    {
        using var scope = device.Scope();
        var setting = Setting(cell, device, device.Rows, report, ct);
        if (setting.Data.Classes == 0)
            throw new LabException(
                $"A cell on {setting.Data.Name} fits many small regressions and keeps none of them: there is no model to show.");
        if (setting.Defense is Dpa dpa) throw new LabException(
            $"dpa answers by the votes of {dpa.Partitions} networks and keeps none of them: there is no model to show.");
        using var network = setting.Train(cell.Strength);
        return network.Download();
    }

    /// <summary>The first images behind a cell, clean and changed. They are made again from the cell, to the same pixels on the same
    /// device.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="count">How many samples, 1 or more.</param>
    /// <param name="report">Gets a line at a time about how the work goes.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="LabException">The cell has no images, or its training goes wrong.</exception>
    public SampleImages Show(Cell cell, Device device, int count, Action<string> report, CancellationToken ct)
    {
        using var scope = device.Scope();
        return ImageExperiment.Of(Setting(cell, device, device.Rows, report, ct), count);
    }

    /// <summary>Whether <see cref="Show"/> can do without training a network first.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="device">The device that computes.</param>
    public bool HasModel(Cell cell, Device device) =>
        Catalogue.Create<Model>(cell.Model) is GivenModel
            || models.Has(Setting(cell, device, device.Rows, _ => { }, default).Key(strength: 0));

    ExperimentContext Setting(Cell cell, Device device, int rows, Action<string> report, CancellationToken ct) =>
        ExperimentContext.Of(cell, Data(cell.Dataset, new Lines(report), ct), models, device, rows, report, ct) with
        {
            Findings = _findings,
        };

    sealed class Lines(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
