using Grid.Sweeps.Cells;

namespace Grid.Presentation.CommandLine;

/// <summary>Finds cells by the names that people use: the whole id, or the beginning of the hash in it.</summary>
public static class CellSearch
{
    const int Letters = 8;

    public static string Short(CellId id)
    {
        var hash = Hash(id);
        return hash[..Math.Min(Letters, hash.Length)];
    }

    /// <exception cref="RefusedException">No cell or several have this name.</exception>
    public static T Find<T>(IEnumerable<T> cells, Func<T, CellId> id, string name)
    {
        var found = cells.Where(c => id(c).Value == name || (name.Length >= 4 && Hash(id(c)).StartsWith(name, StringComparison.Ordinal)))
            .Take(2)
            .ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new RefusedException($"--cell {name}: the sweep has no such cell; '{ShellPath.Program} cells' lists them"),
            _ =>
                throw new RefusedException(
                    $"--cell {name}: several cells begin with that, such as {id(found[0])} and {id(found[1])}; give more letters"),
        };
    }

    static string Hash(CellId id) => id.Value[(id.Value.LastIndexOf('-') + 1)..];
}
