using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>Breaks text into lines of a given width.</summary>
public static class TextWrap
{
    /// <summary>Breaks text at spaces, so that a path stays whole. Lines after the first are indented.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int indent = 0)
    {
        text = TextFit.Printable(text);
        var body = text.TrimStart(' ');
        var line = text[..^body.Length];
        var empty = true;
        foreach (var word in body.Split(' '))
        {
            if (!empty && TextFit.Width(line) + 1L + TextFit.Width(word) > width)
            {
                yield return line.TrimEnd();
                (line, empty) = (new string(' ', indent), word.Length == 0);
                line += word;
                continue;
            }

            line += empty ? word : $" {word}";
            empty = false;
        }

        yield return line.TrimEnd();
    }

    public static void Write(IAnsiConsole console, string text, int indent = 0, Style? style = null)
    {
        foreach (var line in Wrap(text, TerminalFeatures.LineWidth(console), indent)) StyledLine.Line(console, line, style);
    }
}
