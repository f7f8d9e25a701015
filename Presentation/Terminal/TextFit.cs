using Spectre.Console.Rendering;

namespace Grid.Presentation.Terminal;

/// <summary>Text made to fit a number of terminal columns.</summary>
public static class TextFit
{
    /// <summary>As printed: a control character takes the column of a space.</summary>
    public static int Width(string text) => new Segment(Printable(text)).CellCount();

    /// <summary>Cuts at <paramref name="width"/> columns, the last one or three of them an ellipsis.</summary>
    public static string Cut(string text, int width, bool unicode)
    {
        if (Width(text) <= width) return text;
        var ellipsis = unicode ? "…" : "...";
        if (width <= ellipsis.Length) return ellipsis[..Math.Max(0, width)];
        var end = 0;
        // By runes: half a surrogate pair must not be left behind.
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

    /// <summary>Control characters would move the cursor or end the line; they become spaces.</summary>
    public static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

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
