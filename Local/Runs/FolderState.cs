using Grid.Presentation.Documents;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Local.Runs;

/// <summary>How far the sweep of a folder is, by its plan and its journal.</summary>
sealed record FolderState(SweepDocument Document, IReadOnlyList<FailureDocument> Failures, IReadOnlyList<WorkDocument> Work)
{
    public StatusDocument Status => new(Document, null, Work, Failures, []);

    /// <summary>Without its sweep file being read; the plan's size is that of plan.json.</summary>
    public static FolderState Of(string folder)
    {
        var plan = PlanFile.Read(folder);
        return Of(folder, plan?.Name, plan?.Cells, Journal.Read(folder).Results, plan?.Started);
    }

    public static FolderState Of(Sweep sweep, JournalContent journal)
    {
        var cells = sweep.Outcomes(journal.Find).Where(o => o.Status != CellStatus.Skipped).ToList();
        return Of(sweep.Folder, sweep.Plan.Name, cells.Count, [.. cells.Select(c => c.Result).OfType<CellResult>()],
            PlanFile.Read(sweep.Folder)?.Started);
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
