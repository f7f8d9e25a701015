using Grid.Lab.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Local.Runs;

/// <summary>What other sweeps in the folder of results provide: how long cells take, and the results of cells that a sweep shares with
/// them.</summary>
sealed record EarlierSweeps(MeasuredCosts Costs, IReadOnlyDictionary<CellId, CellResult> Shared)
{
    /// <param name="wanted">Gives the cells whose results are looked for. It is called only where there is another sweep.</param>
    /// <param name="sharedAlone">Whether sweeps that have no cell of these kinds are left unread.</param>
    public static EarlierSweeps Of(Sweep sweep, Func<IReadOnlySet<CellId>> wanted, bool sharedAlone = false)
    {
        var (costs, shared) = (new MeasuredCosts(), new Dictionary<CellId, CellResult>());
        var ids = new Lazy<IReadOnlySet<CellId>>(wanted);
        var root = Path.GetDirectoryName(sweep.Folder)!;
        foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            var cells = Cells(folder, sweep.Plan);
            if (sharedAlone && (cells.Count == 0 || folder == sweep.Folder)) continue;
            foreach (var result in Finished(folder))
            {
                if (cells.TryGetValue(result.Cell, out var cell)) costs.Add(cell, result);
                else costs.Add(result);
                if (folder != sweep.Folder && ids.Value.Contains(result.Cell)) shared.TryAdd(result.Cell, result);
            }
        }

        return new(costs, shared);
    }

    /// <summary>The cells of a folder's plan by their ids, if it has anything in common with another plan. Ids alone do not say which cells
    /// are of the same kind.</summary>
    static Dictionary<CellId, Cell> Cells(string folder, Plan plan)
    {
        try
        {
            if (PlanFile.Read(folder) is not { } made || !plan.Axes.Where(a => a.Name is not (Axis.Seed or Axis.Strength))
                    .All(a => made.Axes.GetValueOrDefault(a.Name)?.Intersect(a.Values).Any() == true)) return [];
            var restored = made.Hash == plan.Hash8 ? plan
                : made.Restore(SweepFile.Load(Path.Combine(folder, Sweep.SpecFile), Catalogue.Vocabulary));
            return restored?.Cells.ToDictionary(c => c.Id, c => c.Cell) ?? [];
        }
        catch (Exception e) when (e is SpecException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static IEnumerable<CellResult> Finished(string folder)
    {
        try
        {
            return Journal.Read(folder).Results.Where(r => r.Status == CellStatus.Done);
        }
        catch (Exception e) when (e is JournalException or IOException or UnauthorizedAccessException)
        {
            // A damaged journal of some other sweep only makes the estimate poorer.
            return [];
        }
    }
}
