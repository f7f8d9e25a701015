using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>Writes the verdict of a check, with a sign and a colour.</summary>
public static class VerdictStyle
{
    /// <summary>The whole verdict; empty where there is none.</summary>
    public static string Text(CurveVerdict? verdict, bool unicode) => verdict is null ? "" : Sign(verdict.Grade, unicode) + verdict;

    /// <summary>The grade alone.</summary>
    public static string Text(Grade grade, bool unicode) => Sign(grade, unicode) + Word(grade);

    public static Style Style(Grade? grade) => grade switch
    {
        Grade.Pass => new(Color.Green),
        Grade.Warn => new(Color.Yellow),
        Grade.Fail => new(Color.Red, decoration: Decoration.Bold),
        _ => Spectre.Console.Style.Plain,
    };

    /// <summary>The word pass, warn or fail; empty where there is no verdict.</summary>
    public static string Word(Grade? grade) => grade is { } known ? known.ToString().ToLowerInvariant() : "";

    static string Sign(Grade grade, bool unicode) => grade switch
    {
        Grade.Pass => unicode ? "✓ " : "",
        Grade.Warn => "! ",
        _ => unicode ? "✗ " : "X ",
    };
}
