using System.Globalization;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>One value of one parameter, checked against its kind and domain.</summary>
static class ParameterReader
{
    /// <summary>Reads a value of a parameter.</summary>
    /// <param name="whose">The owner of the parameter in messages, for example <c>attack 'pgd'</c>.</param>
    public static ParameterValue Value(YamlScalarNode node, Parameter parameter, string whose, Source source)
    {
        var value = parameter.Kind == ParameterKind.Number && Scalar.Quotient(node) is { } quotient ? quotient : Scalar.Read(node);
        if (value is Number && parameter.Kind is ParameterKind.Number or ParameterKind.Integer && Scalar.HasIdleZero(node))
            throw source.Wrong(node,
                $"{Name(parameter, whose)}: {Source.Short(node.Value!)} begins with a zero that says nothing; write decimals with a point, "
                + $"as in 0.{Source.Short(node.Value!.TrimStart('-', '+'))}");
        if (value is Absent or Word { Value: "none" }
            && parameter is { MayBeNone: true } or { Default: Absent, Kind: not ParameterKind.Word }) return new Absent();
        return (parameter.Kind, value) switch
        {
            (ParameterKind.Word, Absent) when parameter.Default is Absent => value,
            (ParameterKind.Word, Word w) => OneOf(node, w, parameter, whose, source),
            // YAML takes true and false for flags, but a parameter may mean the words: label: true.
            (ParameterKind.Word, Flag) when parameter.Words?.Contains(node.Value!) == true => new Word(node.Value!),
            (ParameterKind.Word, Number or Flag) when parameter.Words is not { Count: > 0 } => throw WrongType("; put it in quotes"),
            (ParameterKind.Number, Number n) => Within(node, n, parameter, whose, source),
            (ParameterKind.Integer, Number n) when n.Value == Math.Floor(n.Value) || !double.IsFinite(n.Value) =>
                Within(node, n, parameter, whose, source),
            (ParameterKind.Flag, Flag) => value,
            _ => throw WrongType(""),
        };

        SpecException WrongType(string remedy) =>
            source.Wrong(node, $"{Name(parameter, whose)} takes {Wants(parameter.Kind)}, not {Scalar.Describe(node)}{remedy}");
    }

    /// <summary>An item of a list: of the words the parameter allows, or of any kind where it names none.</summary>
    public static ParameterValue Item(YamlNode node, Parameter parameter, string whose, Source source)
    {
        if (node is not YamlScalarNode scalar || Scalar.Read(scalar) is Absent)
            throw source.Wrong(node,
                $"{Name(parameter, whose)} is a list of single values, found {Scalar.Describe(node)}; to sweep over lists, "
                + "write a list of lists");
        return (Scalar.Read(scalar), parameter.Words) switch
        {
            (Word w, _) => OneOf(node, w, parameter, whose, source),
            (_, { Count: > 0 }) => throw source.Wrong(node, $"{Name(parameter, whose)} is a list of words, found {Scalar.Describe(node)}"),
            (Number n, _) => Within(node, n, parameter, whose, source),
            var (other, _) => other,
        };
    }

    public static Number Within(YamlNode node, Number number, Parameter p, string whose, Source source)
    {
        var value = number.Value;
        var high = p.HighOpen ? value < p.High : value <= p.High;
        var low = p.LowOpen ? value > p.Low : value >= p.Low;
        if (low && high && (p.Kind != ParameterKind.Integer || double.IsFinite(value))) return number;
        var text = double.IsNaN(value) ? ".nan" : double.IsInfinity(value) ? (value > 0 ? ".inf" : "-.inf") : Canonical.Number(value);
        throw source.Wrong(node, $"{Name(p, whose)} must be {Domain(p)}, not {text}");
    }

    static string Domain(Parameter p)
    {
        var low = double.IsNegativeInfinity(p.Low) ? null : $"{(p.LowOpen ? "above" : "at least")} {Canonical.Number(p.Low)}";
        var high = double.IsPositiveInfinity(p.High)
            ? (p.HighOpen ? "finite" : null)
            : $"{(p.HighOpen ? "below" : "at most")} {Canonical.Number(p.High)}";
        var both = string.Join(" and ", new[] { low, high }.Where(b => b is not null));
        return both.Length > 0 ? both : "a finite number";
    }

    static Word OneOf(YamlNode node, Word word, Parameter parameter, string whose, Source source) =>
        parameter.Words is not { Count: > 0 } words || words.Contains(word.Value)
            ? word
            : throw source.Unknown(node, "value", word.Value, words, $" for {Name(parameter, whose)}");

    public static string Name(Parameter parameter, string whose) =>
        whose.Length > 0 ? $"'{parameter.Name}' of {whose}" : $"'{parameter.Name}'";

    public static string Wants(ParameterKind kind) => kind switch
    {
        ParameterKind.Number => "a number",
        ParameterKind.Integer => "a whole number",
        ParameterKind.Flag => "true or false",
        ParameterKind.Word => "a word",
        ParameterKind.List => "a list",
        _ => "a name",
    };
}
