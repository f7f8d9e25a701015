namespace Grid.Sweeps.Files;

/// <summary>Texts as messages show them: whatever a file, a path or a request may hold that they quote, they stay one line, move no cursor,
/// and can be read.</summary>
public static class OneLine
{
    // The longest that we write ourselves lists all operators of ONNX that are supported.
    const int Longest = 2000, Tail = 400;

    /// <summary>The text with a space in place of each control character and separator of lines; above 2,000 characters without its
    /// middle.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        var line = text.Any(Breaks) ? string.Concat(text.Select(c => Breaks(c) ? ' ' : c)) : text;
        return line.Length <= Longest ? line : $"{line[..(Longest - Tail)]} ... {line[^Tail..]}";
    }

    static bool Breaks(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
