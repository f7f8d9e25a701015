using System.Globalization;
using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>What the console can show.</summary>
/// <param name="Shades">Whether there are at least 256 colours, which a ramp needs; with fewer, characters make the shades.</param>
/// <param name="Colour">Whether there is any colour.</param>
public sealed record TerminalFeatures(int Width, bool Unicode, bool Shades, bool Colour)
{
    public int Height { get; init; } = 24;

    public static TerminalFeatures Of(IAnsiConsole console)
    {
        var can = console.Profile.Capabilities;
        return new(
            Math.Max(20, console.Profile.Width),
            can.Unicode,
            can.Ansi && can.ColorSystem >= ColorSystem.EightBit,
            can.Ansi && can.ColorSystem > ColorSystem.NoColors)
        {
            Height = console.Profile.Height,
        };
    }

    /// <summary>
    /// Makes a console on standard output. It writes no escape sequence into pipes, files and dumb terminals, no colour under NO_COLOR, and
    /// redraws nothing in CI. Pictures in a pipe or file are 80 columns wide, or COLUMNS.
    /// </summary>
    public static IAnsiConsole Open(bool colour = true)
    {
        static bool Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 };
        var screen = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = screen ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = screen && colour && !Set("NO_COLOR") ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = screen && !Set("CI") ? InteractionSupport.Yes : InteractionSupport.No,
        });
        if (Console.IsOutputRedirected) console.Profile.Width = Columns ?? 80;
        return console;
    }

    /// <summary>Makes a plain console on standard error, for what is printed beside a document.</summary>
    public static IAnsiConsole OpenError() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(Console.Error),
    });

    /// <summary>
    /// The width for text that a program may want to read by lines, such as tables: none where the output is redirected and COLUMNS does
    /// not say otherwise.
    /// </summary>
    public static int LineWidth(IAnsiConsole console) => Console.IsOutputRedirected && Columns is null ? int.MaxValue : Of(console).Width;

    static int? Columns =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && width is >= 20 and < 10_000
            ? width : null;
}
