using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Presentation.Documents;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Local.Runs;

/// <summary>How far the sweep of a folder is, as its plan and its journal say.</summary>
sealed record FolderState(SweepDocument Document, IReadOnlyList<FailureDocument> Failures, IReadOnlyList<WorkDocument> Work)
{
    public StatusDocument Status => new(Document, null, Work, Failures, []);

    /// <summary>Reads the state without the sweep file, unless results decide which cells are part of it; else the plan's size is that of
    /// plan.json.</summary>
    public static FolderState Of(string folder)
    {
        var (plan, journal) = (PlanFile.Read(folder), Journal.Read(folder));
        return plan is { ByResults: true } && Restored(folder, plan) is { } restored
            ? Of(folder, plan.Name, restored.Outcomes(c => journal.Find(c.Id)), plan.Started)
            : Of(folder, plan?.Name, plan?.Cells, journal.Results, plan?.Started);
    }

    /// <summary>The sweep of a folder in a list: a damaged one must not hide the others, and says what is wrong where it is asked for by
    /// itself.</summary>
    public static SweepDocument Listed(string folder)
    {
        try
        {
            return Of(folder).Document;
        }
        catch (Exception e) when (IsDamage(e))
        {
            var id = Path.GetFileName(folder);
            return new(id, id, "damaged", "", 0, 0, 0, 0, null, 0, null, null, null, null);
        }
    }

    /// <summary>Whether this is what reading a damaged folder ends with.</summary>
    public static bool IsDamage(Exception e) => e is JournalException or SpecException or LabException;

    public static FolderState Of(Sweep sweep, JournalContent journal) =>
        Of(sweep.Folder, sweep.Plan.Name, sweep.Outcomes(journal.Find), PlanFile.Read(sweep.Folder)?.Started);

    /// <summary>The plan; null where the sweep file names what is not known here.</summary>
    public static Plan? Restored(string folder, PlanFile plan)
    {
        try
        {
            return plan.Restore(SweepFile.Load(Path.Combine(folder, Sweep.SpecFile), Catalogue.Vocabulary));
        }
        catch (Exception e) when (e is SpecException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static FolderState Of(string folder, string name, IEnumerable<CellOutcome> outcomes, DateTimeOffset? started)
    {
        var cells = outcomes.Where(o => o.Status != CellStatus.Skipped).ToList();
        return Of(folder, name, cells.Count, [.. cells.Select(c => c.Result).OfType<CellResult>()], started);
    }

    static FolderState Of(string folder, string? name, int? cells, IReadOnlyCollection<CellResult> results, DateTimeOffset? started)
    {
        var failed = results.Where(r => r.Status == CellStatus.Failed).ToList();
        var all = cells ?? results.Count;
        var open = all - results.Count;
        var running = FolderLock.IsHeld(folder, out var process);
        var journal = Path.Combine(folder, Journal.FileName);
        DateTimeOffset? last = results.Count > 0 ? File.GetLastWriteTimeUtc(journal) : null;
        var id = Path.GetFileName(folder);
        return new(
            new(id, name ?? id, running ? "running" : open > 0 ? "open" : "finished", "", 0, all, results.Count - failed.Count,
                failed.Count, null, 0, null,
                started, running || open > 0 ? null : last, last),
            [.. failed.Select(f => new FailureDocument(f.Cell.Value, f.Error ?? "no reason is known", f.Failure.Word()))],
            running ? [new(process is { } number ? $"process {number}" : "a process", "")] : []);
    }
}
