using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>How the verdict of a check is shown: a sign, the words, a colour.</summary>
public static class VerdictStyle
{
    /// <summary>With all that it says; empty where there is none.</summary>
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

    /// <summary>pass, warn or fail; empty where there is none.</summary>
    public static string Word(Grade? grade) => grade is { } known ? known.ToString().ToLowerInvariant() : "";

    static string Sign(Grade grade, bool unicode) => grade switch
    {
        Grade.Pass => unicode ? "✓ " : "",
        Grade.Warn => "! ",
        _ => unicode ? "✗ " : "X ",
    };
}
