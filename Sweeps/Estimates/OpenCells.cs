using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Estimates;

/// <summary>What is left of a sweep.</summary>
/// <param name="IsOpen">For each cell of the plan whether it is asked for and not done yet.</param>
/// <param name="Groups">A cell of each group that has some, and how many; where a rule chooses strengths, at most.</param>
/// <param name="All">How many cells there are; where rules choose strengths, at most.</param>
public sealed record OpenCells(bool[] IsOpen, IReadOnlyList<(Cell Cell, int Count)> Groups, int All)
{
    /// <summary>For each cell of the plan whether it is open, or may yet be asked for: as many of a group as there may be. Which of them,
    /// results decide; seeds and samples are those of the groups.</summary>
    public bool[] MayOpen { get; internal init; } = [];

    /// <summary>How many cells are left; where rules choose them, at most.</summary>
    public int Left => Groups.Sum(g => g.Count);

    /// <summary>The cells that are open.</summary>
    /// <param name="plan">The plan of the sweep.</param>
    public IReadOnlySet<CellId> Ids(Plan plan) => plan.Cells.Where(c => IsOpen[c.Index]).Select(c => c.Id).ToHashSet();

    /// <summary>The seeds that have some, ascending.</summary>
    public IReadOnlyList<int> Seeds => [.. Groups.Select(g => g.Cell.Seed).Distinct().Order()];

    /// <summary>Those of some seeds.</summary>
    /// <param name="seeds">The seeds.</param>
    public IEnumerable<(Cell Cell, int Count)> OfSeeds(IEnumerable<int> seeds)
    {
        var wanted = seeds.ToHashSet();
        return Groups.Where(g => wanted.Contains(g.Cell.Seed));
    }

    /// <summary>What is left of a plan by the results there are.</summary>
    /// <param name="plan">The plan of the sweep.</param>
    /// <param name="find">The result of a cell; null while there is none.</param>
    public static OpenCells Of(Plan plan, Func<CellId, CellResult?> find)
    {
        var (open, may) = (new bool[plan.Cells.Count], new bool[plan.Cells.Count]);
        var (groups, all) = (new List<(Cell Cell, int Count)>(), 0);
        foreach (var group in plan.Groups)
        {
            var asked = plan.Ask(group.Index, cell => find(plan.Cells[cell].Id));
            // A list of strengths is known whole, whatever its order; of what a rule will ask for, how much at most.
            var later = asked is null ? 0 : asked.Most - asked.Places.Count;
            var cells = asked is { Ended: true } || plan.Rule(group.Index)?.NeedsResults == true ? asked!.Places : group.Cells;
            foreach (var cell in cells) open[cell] = find(plan.Cells[cell].Id)?.Status != CellStatus.Done;
            if (!ReferenceEquals(cells, asked?.Places)) later = 0;
            var others = later == 0 ? [] : group.Cells.Except(cells)
                .Where(c => find(plan.Cells[c].Id)?.Status != CellStatus.Done).Take(later);
            foreach (var cell in cells.Where(c => open[c]).Concat(others)) may[cell] = true;
            var count = cells.Count(c => open[c]) + later;
            if (count > 0) groups.Add((plan.Cells[group.Cells[0]].Cell, count));
            all += asked?.Most ?? group.Cells.Count;
        }

        return new(open, groups, all) { MayOpen = may };
    }
}
