using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models.Storage;
using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;

namespace Grid.Local.Runs;

/// <summary>A sweep file, checked and planned, with its folder of results.</summary>
public sealed class Sweep
{
    /// <summary>Plans above this size are run only when that is confirmed.</summary>
    public const int Large = 10_000_000;

    public const string SpecFile = "sweep.yaml";

    Sweep(string file, SweepSpec spec, Plan plan, string folder, ExperimentRunner laboratory, ModelStore models) =>
        (File, Spec, Plan, Folder, Laboratory, Models) = (file, spec, plan, folder, laboratory, models);

    /// <summary>Path of the sweep file as it was read.</summary>
    public string File { get; }

    public SweepSpec Spec { get; }

    public Plan Plan { get; }

    /// <summary>results/name-hash8.</summary>
    public string Folder { get; }

    /// <summary>The command that runs it. The sweep file within a folder of results, run as any other, would get another folder.</summary>
    public string Start => Directory.Exists(Folder) ? ShellPath.Command("resume", Folder) : ShellPath.Command("run", File);

    public ExperimentRunner Laboratory { get; }

    public ModelStore Models { get; }

    public JournalHeader Header => new(Plan.Name, Plan.Hash8, Plan.Version);

    /// <summary>Checks a sweep file to the last cell, before any work.</summary>
    /// <param name="path">A sweep file, or a folder of results that holds one.</param>
    /// <param name="results">Folder under which a sweep's own folder lies, unless <paramref name="path"/> is one.</param>
    /// <param name="confirmed">Whether more than <see cref="Large"/> cells are wanted.</param>
    /// <param name="progress">Gets a line where a data set has to be fetched.</param>
    /// <exception cref="RefusedException">The sweep cannot be run; the message says where and why.</exception>
    /// <exception cref="LabException">A data set or model file is missing or damaged.</exception>
    public static Sweep Open(string path, string results, bool confirmed, IProgress<string>? progress, CancellationToken ct)
    {
        var folder = Directory.Exists(path) ? Path.GetFullPath(path) : null;
        if (folder is not null && !System.IO.File.Exists(Path.Combine(folder, SpecFile)))
            throw new RefusedException($"{path}: the folder holds no {SpecFile}, so it is no folder of results; name one below {results}, or a sweep file");
        var file = folder is null ? path : Path.Combine(folder, SpecFile);
        var spec = SweepSpec.Load(file, Catalogue.Vocabulary);
        if (spec.CellCount > Large && !confirmed)
            throw new RefusedException(FormattableString.Invariant($"{file}: {spec.CellCount:N0} cells are more than {Large:N0}; shorten an axis, or add --yes if you mean it"));
        var root = folder is null ? Path.GetFullPath(results) : Path.GetDirectoryName(folder)!;
        var models = new ModelStore(Path.Combine(root, "models"));
        var laboratory = new ExperimentRunner(new DatasetCache(DataFolder.FromEnvironment()), models, TimeProvider.System, LabVersion.Commit);
        var plan = Planning.Plan(spec, laboratory, progress, ct);
        return new(file, spec, plan, folder ?? Path.Combine(root, plan.Folder), laboratory, models);
    }

    /// <summary>Takes the folder for a run: makes it, locks it, and opens its journal.</summary>
    /// <exception cref="JournalException">Another run holds it, or it is another sweep's.</exception>
    /// <exception cref="RefusedException">It cannot be written.</exception>
    public Journal Claim(TimeProvider clock)
    {
        try
        {
            return Journal.Open(Folder, Header, clock);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException and not JournalWriteException)
        {
            throw new RefusedException($"{Folder}: results cannot be written there ({e.Message.TrimEnd('.')}); choose another folder with --out", e);
        }
    }

    /// <summary>What the journal holds now, also while a run goes on.</summary>
    public JournalContent Read() => Journal.Read(Folder, Header);

    /// <summary>Every planned cell with what the results say of it.</summary>
    public IReadOnlyList<CellOutcome> Outcomes(Func<CellId, Grid.Sweeps.Results.CellResult?> find) =>
        [.. Plan.Cells.Select(c => new CellOutcome(c.Cell, c.Id, find(c.Id)))];

    public SweepReport Findings(Func<CellId, Grid.Sweeps.Results.CellResult?> find) => new(new(Plan.Name, Spec.Text, Plan.Hash8, Plan.Version), Outcomes(find), Planning.Terms);
}
