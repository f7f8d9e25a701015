using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Plans;

namespace Grid.Sweeps.Tracking;

/// <summary>How far the cells of one attack on one defended model are.</summary>
/// <param name="name">The name of the curve.</param>
public sealed class CurveCount(CellName name)
{
    /// <summary>The name of the curve.</summary>
    public CellName Name { get; } = name;

    /// <summary>How many cells the curve has.</summary>
    public int Cells { get; internal set; }

    /// <summary>How many of them are done.</summary>
    public int Done { get; internal set; }

    /// <summary>How many of them failed.</summary>
    public int Failed { get; internal set; }

    /// <summary>The curves of a plan in its order, and for each cell which one it is part of.</summary>
    internal static (int[] CurveOf, IReadOnlyList<CurveCount> Curves) Of(Plan plan, CatalogTraits terms)
    {
        var names = new CellNames([.. plan.Groups.Select(g => plan.Cells[g.Cells[0]]).Select(c => new CellOutcome(c.Cell, c.Id, null))],
            terms);
        var (numbers, curves, curveOf) = (new Dictionary<CellName, int>(), new List<CurveCount>(), new int[plan.Cells.Count]);
        foreach (var group in plan.Groups)
        {
            var name = names.Of(plan.Cells[group.Cells[0]].Cell);
            if (!numbers.TryGetValue(name, out var number))
            {
                numbers.Add(name, number = curves.Count);
                curves.Add(new(name));
            }

            curves[number].Cells += group.Cells.Count;
            foreach (var cell in group.Cells) curveOf[cell] = number;
        }

        return (curveOf, curves);
    }
}
