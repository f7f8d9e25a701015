using Spectre.Console;

namespace Grid.Local.Drawing;

/// <summary>Text in lines of a given width.</summary>
public static class Prose
{
    /// <summary>Breaks at spaces; what has none, such as a path, stays whole. Lines after the first are indented.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int indent = 0)
    {
        var line = "";
        foreach (var word in Fit.Printable(text).Split(' '))
        {
            if (line.Trim().Length > 0 && (long)Fit.Width(line) + 1 + Fit.Width(word) > width)
            {
                yield return line;
                line = new string(' ', indent) + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }

    public static void Write(IAnsiConsole console, string text, int indent = 0)
    {
        foreach (var line in Wrap(text, Terminal.LineWidth(console), indent)) console.Profile.Out.Writer.WriteLine(line);
    }
}
