namespace Grid.Sweeps.Catalog;

/// <summary>BibTeX entries by their keys, each as it was written.</summary>
public sealed class Bibliography
{
    readonly SortedDictionary<string, string> _entries = new(StringComparer.Ordinal);

    /// <summary>A bibliography without entries.</summary>
    public static Bibliography None { get; } = Parse("");

    /// <summary>The keys in order.</summary>
    public IEnumerable<string> Keys => _entries.Keys;

    /// <summary>The entry of a key, without a line feed at its end; null if there is none.</summary>
    /// <param name="key">The key of the entry, as a docstring cites it.</param>
    public string? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Reads the text of .bib files in which every entry begins its own line with @ and ends with } on a line of its
    /// own.</summary>
    /// <param name="texts">The texts of BibTeX files.</param>
    /// <exception cref="FormatException">An entry has no key, or two have the same.</exception>
    public static Bibliography Parse(params IEnumerable<string> texts)
    {
        var all = new Bibliography();
        foreach (var text in texts)
        {
            foreach (var part in $"\n{text.ReplaceLineEndings("\n")}".Split("\n@").Skip(1))
            {
                var (open, comma, end) = (part.IndexOf('{', StringComparison.Ordinal), part.IndexOf(',', StringComparison.Ordinal),
                    part.IndexOf("\n}", StringComparison.Ordinal));
                if (open < 0 || comma < open || end < comma) throw new FormatException($"No BibTeX entry: @{part.Split('\n')[0]}");
                var key = part[(open + 1)..comma].Trim();
                if (!all._entries.TryAdd(key, $"@{part[..(end + 2)]}")) throw new FormatException($"Two BibTeX entries are called {key}.");
            }
        }

        return all;
    }
}
