namespace Grid.Presentation.CommandLine;

/// <summary>Finds sweeps by the names that people use: the id, any beginning of it, or the name in the sweep file.</summary>
public static class SweepNames
{
    const int MostShown = 8;

    /// <param name="ids">Ids of all sweeps, the newest first.</param>
    /// <param name="none">What to say where there is no sweep at all, and how to begin.</param>
    /// <exception cref="RefusedException">No sweep or several have this name.</exception>
    public static string Find(string name, IReadOnlyList<string> ids, string none)
    {
        if (ids.Contains(name)) return name;
        // A whole name counts before a beginning: mnist is not mnist-evasion.
        var found = ids.Where(id => Name(id) == name).ToList();
        if (found.Count == 0) found = [.. ids.Where(id => id.StartsWith(name, StringComparison.Ordinal))];
        return found switch
        {
            [var one] => one,
            [] when ids.Count == 0 => throw new RefusedException($"There is no sweep {name}: {none}"),
            [] =>
                throw new RefusedException(
                    $"There is no sweep {name}; {NameSuggestion.Remedy(name, ids.Select(Name).Distinct().Take(MostShown))}"),
            _ =>
                throw new RefusedException(
                    $"{name} may be {string.Join(", ", found.Take(MostShown))}"
                    + $"{(found.Count > MostShown ? $" or {found.Count - MostShown} more" : "")}: give more letters"),
        };
    }

    /// <summary>Whether a name ends with eight hex digits, as ids do.</summary>
    public static bool MayBeId(string name) => name.Length > 9 && name[^9] == '-' && name[^8..].All(char.IsAsciiHexDigitLower);

    /// <summary>The name in the sweep file, which is the id without the hash.</summary>
    public static string Name(string id) => id.LastIndexOf('-') is > 0 and var end ? id[..end] : id;
}
