using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>Prints one line, in a style where the terminal has styles. It is never cut and never wrapped.</summary>
public static class StyledLine
{
    public static void Line(IAnsiConsole console, string text, Style? style = null)
    {
        text = TextFit.Printable(text);
        if (style is null || !console.Profile.Capabilities.Ansi) console.Profile.Out.Writer.WriteLine(text);
        else console.Write(new Text(text + "\n", style) { Overflow = Overflow.Fold });
    }
}
