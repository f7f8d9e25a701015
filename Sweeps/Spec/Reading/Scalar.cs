using System.Globalization;
using System.Text.RegularExpressions;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>What a scalar is by YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3.2): number, flag, null (Absent) or word; quotes
/// make a word.</summary>
static partial class Scalar
{
    public static ParameterValue Read(YamlScalarNode node)
    {
        var text = node.Value ?? "";
        if (node.Style != ScalarStyle.Plain) return new Word(text);
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => new Absent(),
            "true" or "True" or "TRUE" => new Flag(true),
            "false" or "False" or "FALSE" => new Flag(false),
            ".nan" or ".NaN" or ".NAN" => new Number(double.NaN),
            ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => new Number(double.PositiveInfinity),
            "-.inf" or "-.Inf" or "-.INF" => new Number(double.NegativeInfinity),
            _ when Decimal().IsMatch(text) => new Number(double.Parse(text, CultureInfo.InvariantCulture) + 0.0),
            _ when Hex().IsMatch(text) => new Number(Digits(text, 16)),
            _ when Octal().IsMatch(text) => new Number(Digits(text, 8)),
            _ => new Word(text),
        };
    }

    /// <summary>A number, or two with a stroke between them, as papers write an epsilon: 8/255. Null for anything else.</summary>
    public static Number? Quotient(YamlScalarNode node) => Read(node) switch
    {
        Number number => number,
        Word when node.Style == ScalarStyle.Plain && Fraction().Match(node.Value!) is { Success: true } match =>
            new Number(
                double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
                    / double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) + 0.0),
        _ => null,
    };

    /// <summary>Whether a number begins with a zero that says nothing: most likely the end of one that was written with a decimal
    /// comma.</summary>
    public static bool HasIdleZero(YamlScalarNode node) => node.Style == ScalarStyle.Plain && IdleZero().IsMatch(node.Value ?? "");

    /// <summary>For messages: what the value is and how it was written.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        YamlScalarNode s => Read(s) switch
        {
            Absent => "nothing",
            Number => $"the number {Source.Short(s.Value!)}",
            Flag => $"the flag {s.Value}",
            _ => $"the word {Source.Quote(s.Value ?? "")}{AsNumber(s.Value ?? "")}",
        },
        _ => "this",
    };

    // Where a number was meant: in quotes it is a word, and the comma of other languages makes one too.
    static string AsNumber(string text) => Decimal().IsMatch(text) ? $" (without quotes, {Source.Short(text)} is a number)"
        : text.EndsWith('%') && Decimal().IsMatch(text[..^1])
            ? " (shares are written as "
                + $"in {Canonical.Number((double)(decimal.Parse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture) / 100))})"
        : AsRange(text) is { } range ? $" (a range is written {range})"
        : Decimal().IsMatch(text.Replace(',', '.')) ? $" (numbers have a point, as in {Source.Short(text.Replace(',', '.'))})"
        : "";

    // As Python and MATLAB write them: 0:0.3:0.05 and np.linspace(0, 0.3, 7).
    static string? AsRange(string text)
    {
        if (Colons().Match(text) is { Success: true } colons)
        {
            // Python has the step last, MATLAB in the middle: whichever is smaller than the way.
            var (from, second, third) = (colons.Groups[1].Value, colons.Groups[2].Value, colons.Groups[3].Value);
            return third.Length == 0 ? $"{{from: {from}, to: {second}, count: 11}}"
                : double.Parse(third, CultureInfo.InvariantCulture) > double.Parse(second, CultureInfo.InvariantCulture)
                    ? $"{{from: {from}, to: {third}, step: {second}}}"
                : $"{{from: {from}, to: {second}, step: {third}}}";
        }

        return Call().Match(text) is not { Success: true } call ? null
            : call.Groups[4].Value.Length == 0 ? "{from: 0, to: 0.3, count: 7}"
            : call.Groups[1].Value switch
            {
                "linspace" => $"{{from: {call.Groups[2].Value}, to: {call.Groups[3].Value}, count: {call.Groups[4].Value}}}",
                "arange" or "range" => $"{{from: {call.Groups[2].Value}, to: {call.Groups[3].Value}, step: {call.Groups[4].Value}}}",
                _ => $"{{from: 1e{call.Groups[2].Value}, to: 1e{call.Groups[3].Value}, count: {call.Groups[4].Value}, scale: log}}",
            };
    }

    static double Digits(string text, int radix) => text[2..].Aggregate(0.0, (sum, c) => sum * radix + Convert.ToInt32(c.ToString(), 16));

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^([-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)) ?/ ?0*([1-9][0-9]*(?:\.[0-9]*)?|0?\.0*[1-9][0-9]*)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();

    [GeneratedRegex(@"^[-+]?0[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex IdleZero();

    [GeneratedRegex(@"^([0-9.]*[0-9]):([0-9.]*[0-9])(?::([0-9.]*[0-9]))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Colons();

    [GeneratedRegex(
        @"^(?:\w+\.)?(linspace|arange|range|logspace)\((?:\s*([-0-9.]+)\s*,\s*([-0-9.]+)\s*,\s*(?:num=|step=)?([0-9.]+)\s*\)\z)?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
