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
using Grid.Sweeps.Files;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

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

    /// <summary>The sweep's folder, results/name-hash8.</summary>
    public string Folder { get; }

    /// <summary>The command that runs the sweep. The sweep file within a folder of results, run as any other, would get another
    /// folder.</summary>
    public string Start => Directory.Exists(Folder) ? ShellPath.Command("resume", Folder) : ShellPath.Command("run", File);

    public ExperimentRunner Laboratory { get; }

    public ModelStore Models { get; }

    /// <summary>Names of classes by the canonical text of their data set, where classes have names.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<string>> ClassNames { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What tables and checks need to know of the catalogue, and of this sweep's data.</summary>
    public CatalogTraits Terms =>
        Catalogue.Traits with { Classes = dataset => ClassNames.Count == 0 ? null : ClassNames.GetValueOrDefault(dataset.ToString()) };

    public JournalHeader Header => new(Plan.Name, Plan.Hash8, Plan.Version);

    /// <summary>Checks a sweep file to the last cell, before any work.</summary>
    /// <param name="path">A sweep file, or a folder of results that holds one.</param>
    /// <param name="results">Folder under which a sweep's own folder lies, unless <paramref name="path"/> is one.</param>
    /// <param name="confirmed">Whether more than <see cref="Large"/> cells are wanted.</param>
    /// <param name="progress">Gets a line when a data set has to be fetched.</param>
    /// <param name="read">Gets what was read, before it is refused for its size or planned.</param>
    /// <exception cref="RefusedException">The sweep cannot be run; the message says where and why.</exception>
    /// <exception cref="LabException">A data set or model file is missing or damaged.</exception>
    public static Sweep Open(
        string path, string results, bool confirmed, IProgress<string>? progress, CancellationToken ct, Action<SweepSpec>? read = null) =>
        Planned(Read(path, results, confirmed, read), progress, ct);

    static Sweep Planned(
        (string File, string? Folder, string Root, SweepSpec Spec) found, IProgress<string>? progress, CancellationToken ct)
    {
        var (file, folder, root, spec) = found;
        var (laboratory, models) = LaboratoryIn(root);
        var plan = Planning.Plan(spec, laboratory, progress, ct);
        if (folder is not null && PlanFile.Read(folder) is { } made && made.Hash != plan.Hash8)
        {
            if (made.Change(plan) is { } change)
                throw new RefusedException(
                    $"{ShellPath.Place(folder)} cannot go on: {change}; restore the file, or run the sweep file as a new sweep");
            // Data and models are what they were, so the sweep file is not.
            if (made.Version == plan.Version && System.IO.File.Exists(Path.Combine(folder, Journal.FileName)))
                throw new RefusedException(
                    $"{ShellPath.Place(folder)}: its {SpecFile} was edited since these results were made, and asks for other cells; "
                    + "undo the edit, or copy the file and run it as a new sweep");
        }

        var named = plan.Groups.Select(g => plan.Cells[g.Cells[0]].Cell.Dataset)
            .Distinct(ReferenceEqualityComparer.Instance)
            .Cast<Choice>()
            .Select(d => (Dataset: d, Names: laboratory.Data(d, ct: ct).ClassNames))
            .Where(d => d.Names is not null);
        return new(file, spec, plan, folder ?? Path.Combine(root, plan.Folder), laboratory, models)
        {
            ClassNames = named.ToDictionary(d => d.Dataset.ToString(), d => d.Names!),
        };
    }

    /// <summary>The sweep without some of its seeds. This is another sweep, and its text says which seeds are left out.</summary>
    /// <exception cref="SpecException">The seeds are written in a form of which none can be left out.</exception>
    public Sweep Without(IReadOnlySet<int> seeds, CancellationToken ct)
    {
        var spec = SweepFile.Parse(SeedTrim.Without(Spec.Text, File, seeds), File, Catalogue.Vocabulary);
        var plan = Planning.Plan(spec, Laboratory, progress: null, ct);
        return new(File, spec, plan, Path.Combine(Path.GetDirectoryName(Folder)!, plan.Folder), Laboratory, Models)
        {
            ClassNames = ClassNames,
        };
    }

    /// <summary>
    /// The sweep as it was planned when it was run, for looking at its results: no data set and no model file is read. Where it was not run
    /// yet, as <see cref="Open"/>.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public static Sweep Look(string path, string results, bool confirmed, IProgress<string>? progress, CancellationToken ct)
    {
        // The file is read once: standard input has no second time.
        var found = Read(path, results, confirmed);
        var (file, folder, root, spec) = found;
        if ((folder ?? Ran(root, spec)) is not { } ran || PlanFile.Read(ran) is not { } made || made.Restore(spec) is not { } plan)
            return Planned(found, progress, ct);
        foreach (var change in made.Files.Select(f => f.Change()).OfType<string>()) progress?.Report($"Note: {change}.");
        var (laboratory, models) = LaboratoryIn(root, download: false);
        return new(file, spec, plan, ran, laboratory, models) { ClassNames = made.ClassNames };
    }

    /// <summary>The folder of results that this very sweep file was run into, if there is one and no other.</summary>
    static string? Ran(string root, SweepSpec spec)
    {
        var folders = Directory.Exists(root) ? Directory.GetDirectories(root, $"{spec.Name}-*") : [];
        return folders.Where(
            f => Path.Combine(f, SpecFile) is var copy && System.IO.File.Exists(copy) && !EndlessFile.MayBe(copy)
                && System.IO.File.ReadAllText(copy) == spec.Text)
            .ToList() is [var only] ? only : null;
    }

    static (string File, string? Folder, string Root, SweepSpec Spec) Read(
        string path, string results, bool confirmed, Action<SweepSpec>? read = null)
    {
        var folder = Directory.Exists(path) ? Path.GetFullPath(path) : null;
        if (folder is not null && !System.IO.File.Exists(Path.Combine(folder, SpecFile)))
            throw new RefusedException(
                $"{path}: the folder holds no {SpecFile}, so it is no folder of results; name one below {results}, or a sweep file");
        var file = folder is null ? path : Path.Combine(folder, SpecFile);
        if (folder is not null && PlanFile.Read(folder) is { } made) Loaded(folder, made);
        var spec = SweepFile.Load(file, Catalogue.Vocabulary);
        read?.Invoke(spec);
        if (spec.CellCount > Large && !confirmed)
            throw new RefusedException(
                FormattableString.Invariant(
                    $"{file}: {spec.CellCount:N0} cells are more than {Large:N0}; shorten an axis, or add --yes if you mean it"));
        return (file, folder, folder is null ? Path.GetFullPath(results) : Path.GetDirectoryName(folder)!, spec);
    }

    // A folder of results may come from anywhere: what it names is run only where its reader says so.
    static void Loaded(string folder, PlanFile made)
    {
        var missing = made.Plugins.FirstOrDefault(p => !Catalogue.Plugins.Any(loaded => loaded.Name == p.Assembly));
        if (missing is null) return;
        var path = made.Files.FirstOrDefault(f => f.Sha256 == missing.Sha256)?.FullPath ?? $"{missing.Assembly}.dll";
        throw new RefusedException(
            $"{ShellPath.Place(folder)} was made with the plugin {missing.Assembly}; add --plugin {ShellPath.Place(path)}");
    }

    static (ExperimentRunner, ModelStore) LaboratoryIn(string root, bool download = true)
    {
        var models = new ModelStore(Path.Combine(root, "models"), tell: Console.Error.WriteLine);
        return (new(new DatasetCache(DataFolder.FromEnvironment(download)), models, TimeProvider.System, LabVersion.Commit), models);
    }

    /// <summary>The content of <c>plan.json</c>.</summary>
    public PlanFile Written(TimeProvider clock) => PlanFile.Of(Plan, [.. Planning.Files(Plan).Select(InputFile.Of)]) with
    {
        ClassNames = ClassNames,
        // The moment of the first run stays.
        Started = PlanFile.Read(Folder) is { } made ? made.Started : clock.GetUtcNow(),
    };

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
            throw new RefusedException(
                $"{Folder}: results cannot be written there ({e.Message.TrimEnd('.')}); choose another folder with --out", e);
        }
    }

    /// <summary>What the journal holds now, also while a run goes on.</summary>
    public JournalContent Read() => Journal.Read(Folder, Header);

    /// <summary>Every planned cell with what the results say of it.</summary>
    public IReadOnlyList<CellOutcome> Outcomes(Func<CellId, Grid.Sweeps.Results.CellResult?> find) =>
        Plan.Outcomes(c => find(c.Id));

    public SweepReport Findings(Func<CellId, Grid.Sweeps.Results.CellResult?> find) => Findings(Outcomes(find));

    /// <param name="outcomes">All its cells with what is known of them.</param>
    public SweepReport Findings(IReadOnlyList<CellOutcome> outcomes) =>
        new(new(Plan.Name, Spec.Text, Plan.Hash8, Plan.Version), outcomes, Terms);
}
