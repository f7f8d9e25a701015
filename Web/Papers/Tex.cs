using System.Globalization;
using System.Text;
using Grid.Presentation.Terminal;

namespace Grid.Web.Papers;

/// <summary>Writes texts and numbers for LaTeX.</summary>
static class Tex
{
    /// <summary>Escapes a text, so that LaTeX finds no commands in it.</summary>
    public static string Text(string text)
    {
        var tex = new StringBuilder();
        foreach (var c in text)
        {
            tex.Append(c switch
            {
                // Of the fonts that LaTeX begins with.
                '\\' => @"$\backslash$",
                '~' => @"\~{}",
                '^' => @"\^{}",
                '<' => "$<$",
                '>' => "$>$",
                '{' or '}' or '&' or '%' or '$' or '#' or '_' => $@"\{c}",
                '"' => "''",
                // What no font of LaTeX's has would stop it.
                _ when char.IsControl(c) || c > 'ÿ' => "?",
                _ => c.ToString(),
            });
        }

        return tex.ToString();
    }

    /// <summary>A share in percent with half the width of its interval; <c>--</c> if it is not known.</summary>
    public static string Share(double mean, double low, double high) => !double.IsFinite(mean) ? "--"
        : $"${Points(mean)}{(double.IsFinite(high - low) ? $@"_{{\pm {Points((high - low) / 2)}}}" : "")}$";

    /// <summary>A number with its interval.</summary>
    public static string Number(double value, double low, double high) => double.IsNaN(value) ? "--"
        : $"${Short(value)}{(double.IsFinite(high - low) ? $@"\;[{Short(low)},\,{Short(high)}]" : "")}$";

    public static string Short(double value) => double.IsInfinity(value) ? @"\infty" : Math.Abs(value) is 0 or (>= 1e-4 and < 1e6)
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : $@"{value.ToString("0.##e0", CultureInfo.InvariantCulture).Replace("e", @"\cdot 10^{", StringComparison.Ordinal)}}}";

    public static string Cite(IEnumerable<string> keys) => string.Join(',', keys) is { Length: > 0 } all ? $@"~\cite{{{all}}}" : "";

    /// <summary>Joins items as <c>a, b and c</c>.</summary>
    public static string List(IReadOnlyList<string> parts) => parts.Count < 2 ? string.Concat(parts)
        : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}";

    static string Points(double share) => NumberText.Points(share);
}
