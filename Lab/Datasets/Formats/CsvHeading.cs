using System.Globalization;

namespace Grid.Lab.Datasets.Formats;

/// <summary>What the first line of a table says of its columns: whether it is a heading, and which column holds the class.</summary>
/// <param name="IsHeading">Whether the line names columns, and is no sample.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Label">The column of the class, from 0.</param>
/// <param name="MayBeSample">The line counts 0, 1, 2 ... in few columns: a heading only if no sample has its last number as its
/// class.</param>
sealed record CsvHeading(bool IsHeading, int Columns, int Label, bool MayBeSample = false)
{
    /// <summary>The most columns of a line 0, 1, 2 ... that is likely enough to be a sample.</summary>
    const int FewColumns = 4;

    static readonly string[] ClassNames = ["label", "labels", "class", "classes", "target", "y", "category"];

    /// <summary>Reads the first line of a table.</summary>
    /// <param name="fields">The fields of the first line that is not empty.</param>
    /// <param name="label">The column that the user names: its heading, or its number from 1 where there is none; null for none.</param>
    /// <param name="place">The file and the line, as errors name them.</param>
    public static CsvHeading Of(IReadOnlyList<string> fields, string? label, string place)
    {
        string[] names = [.. fields.Select(f => f.Trim())];
        if (names[0].StartsWith('#')) names[0] = names[0][1..].Trim();
        var words = names.Where(n => !IsNumber(n)).ToList();
        var counts = Counts([.. names.Where(IsNumber)]);
        if (names.Length > 2 && names[0] is "" or "Unnamed: 0" && (counts || words.Count == names.Length))
            throw new LabException($"{place}: column 1 has no name: it is the index that pandas writes: save the table with index=False.");

        if (words.Count == names.Length || (counts && words is [var only] && IsClass(only)))
            return new(true, names.Length, LabelOf(names, label, place));
        if (words.Count > 0 || !counts || names.Length < 3) return new(false, names.Length, NumberOf(names.Length, label, place));
        return new(true, names.Length, LabelOf(names, label, place), MayBeSample: names.Length <= FewColumns);
    }

    static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    static bool IsClass(string name) => ClassNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the numbers are 0, 1, 2 ..., as pandas names columns that have no names.</summary>
    static bool Counts(IReadOnlyList<string> numbers) =>
        numbers.Count > 1 && Enumerable.Range(0, numbers.Count).All(i => numbers[i] == i.ToString(CultureInfo.InvariantCulture));

    static int LabelOf(string[] names, string? label, string place)
    {
        if (label is not null)
        {
            var named = Array.FindIndex(names, n => n.Equals(label, StringComparison.OrdinalIgnoreCase));
            return named >= 0 ? named : throw new LabException(
                $"{place}: no column is called {label}: "
                + $"the columns are {string.Join(", ", names.Take(10))}{(names.Length > 10 ? ", ..." : "")}.");
        }

        int[] found = [.. Enumerable.Range(0, names.Length).Where(i => IsClass(names[i]))];
        return found.Length switch
        {
            0 => names.Length - 1,
            1 => found[0],
            _ =>
                throw new LabException(
                    $"{place}: {string.Join(" and ", found.Select(i => names[i]))} may each be the class: name the column, "
                    + $"as in label: {names[found[^1]]}."),
        };
    }

    static int NumberOf(int columns, string? label, string place)
    {
        if (label is null) return columns - 1;
        return int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= columns
            ? number - 1
            : throw new LabException(
                $"{place}: is no heading, so that label must be the number of a column, from \"1\" to \"{columns}\", not {label}.");
    }
}
