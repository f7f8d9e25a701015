using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;

namespace Grid.Local.Commands;

/// <summary>Cells by the names that people use: the whole id, or the first letters of the hash that ends it.</summary>
static class CellSearch
{
    const int Letters = 8;

    public static string Short(CellId id)
    {
        var hash = Hash(id);
        return hash[..Math.Min(Letters, hash.Length)];
    }

    /// <exception cref="RefusedException">No cell or several are called so.</exception>
    public static PlannedCell Find(Plan plan, string name)
    {
        var found = plan.Cells.Where(c => c.Id.Value == name || (name.Length >= 4 && Hash(c.Id).StartsWith(name, StringComparison.Ordinal))).Take(2).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new RefusedException($"--cell {name}: the sweep has no such cell; '{Here.Program} cells' lists them"),
            _ => throw new RefusedException($"--cell {name}: several cells begin so, such as {found[0].Id} and {found[1].Id}; give more letters"),
        };
    }

    static string Hash(CellId id) => id.Value[(id.Value.LastIndexOf('-') + 1)..];
}
