namespace Grid.Sweeps.Spec;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
public static class NearestName
{
    /// <summary>The known name nearest to a mistyped one; null where none is near: more than a third of the letters would have to change,
    /// and no name begins with what was typed.</summary>
    /// <param name="name">The name as it was written.</param>
    /// <param name="known">The names that are known.</param>
    public static string? To(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > 60) return null;
        var typed = Plain(name);
        var most = Math.Max(1, typed.Length / 3);
        string[] names = [.. known.Order(StringComparer.Ordinal)];
        var best =
            names.Select(n => (Name: n, Distance: Distance(typed, Plain(n)))).Where(n => n.Distance <= most).OrderBy(n => n.Distance);
        return best.FirstOrDefault().Name
            ?? (typed.Length > 2 ? names.FirstOrDefault(n => Plain(n).StartsWith(typed, StringComparison.Ordinal)) : null);
    }

    // Case, hyphen and underscore are the commonest slips and cost nothing.
    static string Plain(string name) => name.ToLowerInvariant().Replace('_', '-').Replace(' ', '-');

    /// <summary>The Damerau-Levenshtein distance of two words (optimal string alignment): it counts insertions, deletions, substitutions
    /// and swaps of neighbours.</summary>
    /// <param name="a">A word.</param>
    /// <param name="b">Another word.</param>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
