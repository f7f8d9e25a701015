using System.CommandLine;
using Grid.Local.Drawing;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary>What several verbs take.</summary>
static class Arguments
{
    public static Option<string> Out { get; } = new("--out", "-o")
    {
        Description = "Folder in which each sweep has a folder of its own.",
        DefaultValueFactory = _ => "results",
        Recursive = true,
    };

    public static Option<bool> NoColor { get; } = new("--no-color") { Description = "Draw without colour, as NO_COLOR=1 does.", Recursive = true };

    public static Argument<string> Sweep(string description = "The sweep file, or its folder of results.") => new("sweep") { Description = description };

    public static IAnsiConsole Console(ParseResult parsed) => Terminal.Open(colour: !parsed.GetValue(NoColor));

    /// <summary>A line of plain text, never taken for markup, never wrapped.</summary>
    public static void Line(this IAnsiConsole console, string text = "") => console.Profile.Out.Writer.WriteLine(text);
}

static class ExitCode
{
    public const int Done = 0;
    public const int Error = 1;
    public const int Refused = 2;
    public const int CellsFailed = 3;
    public const int Interrupted = 130;
}
