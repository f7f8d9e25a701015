using Spectre.Console.Rendering;

namespace Grid.Presentation.Terminal;

/// <summary>Fits text into a number of terminal columns.</summary>
public static class TextFit
{
    /// <summary>The number of columns that a text takes; a control character is printed as a space and takes one.</summary>
    public static int Width(string text) => new Segment(Printable(text)).CellCount();

    /// <summary>Cuts at <paramref name="width"/> columns, the last one or three of them an ellipsis.</summary>
    public static string Cut(string text, int width, bool unicode)
    {
        if (Width(text) <= width) return text;
        var ellipsis = unicode ? "…" : "...";
        if (width <= ellipsis.Length) return ellipsis[..Math.Max(0, width)];
        var end = 0;
        // Counted by runes, so that no half of a surrogate pair is left.
        foreach (var rune in text.EnumerateRunes())
        {
            if (Width(text[..(end + rune.Utf16SequenceLength)]) > width - ellipsis.Length) break;
            end += rune.Utf16SequenceLength;
        }
        return text[..end] + ellipsis;
    }

    public static string Left(string text, int width, bool unicode = true)
    {
        var cut = Cut(text, width, unicode);
        return cut + new string(' ', Math.Max(0, width - Width(cut)));
    }

    public static string Right(string text, int width, bool unicode = true)
    {
        var cut = Cut(text, width, unicode);
        return new string(' ', Math.Max(0, width - Width(cut))) + cut;
    }

    /// <summary>The text with spaces in place of control characters, which would move the cursor or end the line.</summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

    /// <summary>The first line of a text, without spaces around it: of an error's message, the part for people.</summary>
    public static string FirstLine(string text) => text.Trim().Split('\n', 2)[0].TrimEnd();

    /// <summary>
    /// At most <paramref name="most"/> of the indices below <paramref name="count"/>, evenly spread, the first and the last among them.
    /// </summary>
    public static IReadOnlyList<int> Spread(int count, int most)
    {
        if (count <= most) return [.. Enumerable.Range(0, count)];
        if (most <= 1) return [.. Enumerable.Range(count - most, most)];
        return [.. Enumerable.Range(0, most).Select(i => (int)Math.Round(i * (count - 1.0) / (most - 1)))];
    }
}
