using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>How the verdict of a check is shown: a sign, the words, a colour.</summary>
public static class VerdictStyle
{
    static readonly string[] Kinds = ["fail", "warn", "pass"];

    public static string Text(string check, bool unicode) => Kind(check) switch
    {
        "pass" => (unicode ? "✓ " : "") + check,
        "warn" => "! " + check,
        "fail" => (unicode ? "✗ " : "X ") + check,
        _ => check,
    };

    public static Style Style(string check) => Kind(check) switch
    {
        "pass" => new(Color.Green),
        "warn" => new(Color.Yellow),
        "fail" => new(Color.Red, decoration: Decoration.Bold),
        _ => Spectre.Console.Style.Plain,
    };

    /// <summary>pass, warn, fail, or empty.</summary>
    public static string Kind(string check) => Kinds.FirstOrDefault(k => check.StartsWith(k, StringComparison.Ordinal)) ?? "";
}
