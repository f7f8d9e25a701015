using System.Globalization;
using System.Text.RegularExpressions;
using Grid.Sweeps.Cells;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>What a scalar is by YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3.2): number, flag, null (Absent) or word; quotes make a word.</summary>
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
        : Decimal().IsMatch(text.Replace(',', '.')) ? $" (numbers have a point, as in {Source.Short(text.Replace(',', '.'))})"
        : "";

    static double Digits(string text, int radix) => text[2..].Aggregate(0.0, (sum, c) => sum * radix + Convert.ToInt32(c.ToString(), 16));

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
