using System.Text.RegularExpressions;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec.Values;
using Grid.Sweeps.Strengths;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>Reads <c>strength</c>, a list or a rule that chooses; <c>stop</c> and <c>order</c>, see <see cref="SweepSpec"/>.</summary>
sealed partial class StrengthReader(ChoiceReader choices, Source source)
{
    public const string StopKey = "stop";
    public const string OrderKey = "order";

    const string Find = "find";
    const string Adaptive = "adaptive";
    const string Precision = "precision";
    const string RelativeTo = "relative_to";
    static readonly string[] OfFind = [Find, "of", RelativeTo, "within", "from", "to"];
    static readonly string[] OfAdaptive = [Adaptive, "of", "from", "to"];
    static readonly string[] OfPrecision = [Precision, "of", "at"];

    public StrengthAxis Read(YamlNode node)
    {
        if (node is YamlMappingNode rule
            && MappingKeys.Of(rule, source).FirstOrDefault(k => k.Name is Find or Adaptive or Precision) is { Name: { } kind })
            return kind switch
            {
                Find => ReadFind(rule),
                Adaptive => ReadAdaptive(rule),
                _ => ReadPrecision(rule),
            };
        return new(Listed(choices.Values(node, AxisEntries.Strength, "")));
    }

    static double[] Listed(Variants values) => Strength.Distinct([0, .. values.Expand().Select(s => ((Number)s).Value)]);

    StrengthAxis ReadFind(YamlMappingNode node)
    {
        var given = Given(node, OfFind, Find);
        var level = Number(given[Find], Find, 0, 1);
        var (from, to) = Ends(given, node);
        if (!given.TryGetValue("within", out var width))
            throw source.Wrong(node, "'find' needs 'within', how near to the crossing to come; write within: 0.002");
        var within = Number(width, "within", 0, double.PositiveInfinity);
        if ((to - from) / within > StrengthGrid.Longest)
            throw source.Wrong(width,
                FormattableString.Invariant(
                    $"'within' must be at least {(to - from) / StrengthGrid.Longest:G3}, a {StrengthGrid.Longest}th of the way"));
        var relative = given.TryGetValue(RelativeTo, out var whole);
        if (relative && whole is not YamlScalarNode { Value: Metric.CleanAccuracy })
            throw source.Wrong(whole!, $"'{RelativeTo}' takes {Metric.CleanAccuracy}");
        var of = Of(given);
        if (relative && of == Metric.AttackSuccessRate)
            throw source.Wrong(whole!, $"an attack_success_rate is a share of the clean accuracy already; leave '{RelativeTo}' out");
        return new(Strength.Distinct([0, .. StrengthGrid.Steps(from, to, Math.Min(within, to - from))]),
            new FindRule(level, of, relative, from));
    }

    StrengthAxis ReadAdaptive(YamlMappingNode node)
    {
        var given = Given(node, OfAdaptive, Adaptive);
        var count = Number(given[Adaptive], Adaptive, 2, 200);
        if (count != Math.Floor(count)) throw source.Wrong(given[Adaptive], $"'{Adaptive}' takes a whole number of strengths");
        var (from, to) = Ends(given, node);
        return new(Strength.Distinct([0, .. StrengthGrid.Halves(from, to, (int)count)]),
            new AdaptiveRule((int)count + (from > 0 ? 1 : 0), Of(given), from));
    }

    StrengthAxis ReadPrecision(YamlMappingNode node)
    {
        var given = Given(node, OfPrecision, Precision);
        if (!given.TryGetValue("at", out var strengths))
            throw source.Wrong(node, "'precision' needs 'at', the strengths; write at: [0.1, 0.2], or a range");
        return new(Listed(choices.Values(strengths, AxisEntries.Strength, "")), new PrecisionRule(Share(given[Precision]), Of(given)));
    }

    /// <summary>A share, which may be written as one in a hundred: 1% or 0.01.</summary>
    double Share(YamlNode node)
    {
        var percent = node is YamlScalarNode { Value: { } text } && text.EndsWith('%') ? text[..^1] : null;
        var share = percent is null ? Number(node, Precision, 0, 0.5)
            : double.TryParse(percent, System.Globalization.NumberStyles.AllowDecimalPoint,
                System.Globalization.CultureInfo.InvariantCulture, out var hundredths) ? hundredths / 100 : double.NaN;
        return share is > 0 and < 0.5 ? share
            : throw source.Wrong(node, $"'{Precision}' is half the width of an interval, above 0 and below 50%; write 1% or 0.01");
    }

    string Of(Dictionary<string, YamlNode> given)
    {
        if (!given.TryGetValue("of", out var node)) return Metric.RobustAccuracy;
        return node is YamlScalarNode { Value: { } name } && FindRule.Metrics.Contains(name) ? name
            : throw source.Unknown(node, "metric", (node as YamlScalarNode)?.Value ?? "", FindRule.Metrics);
    }

    (double From, double To) Ends(Dictionary<string, YamlNode> given, YamlNode node)
    {
        if (!given.TryGetValue("to", out var end)) throw source.Wrong(node, "needs 'to', the largest strength; write to: 0.3");
        var from = given.TryGetValue("from", out var start) ? Number(start, "from", -1, double.MaxValue) : 0;
        if (from < 0) throw source.Wrong(start!, "'from' must be at least 0");
        var to = Number(end, "to", 0, double.MaxValue);
        return from < to ? (from, to) : throw source.Wrong(end, "'to' must be above 'from'");
    }

    Dictionary<string, YamlNode> Given(YamlMappingNode node, string[] known, string kind)
    {
        var given = new Dictionary<string, YamlNode>();
        foreach (var (name, key, value) in MappingKeys.Of(node, source))
            if (known.Contains(name)) given.Add(name, value);
            else throw source.Unknown(key, "key", name, known, $" of '{kind}'");
        return given;
    }

    /// <summary>A number above a low end and below a high one.</summary>
    double Number(YamlNode node, string name, double low, double high)
    {
        if (node is not YamlScalarNode scalar || Scalar.Quotient(scalar) is not { Value: var value })
            throw source.Wrong(node, $"'{name}' takes a number, not {Scalar.Describe(node)}");
        return value > low && value < high ? value
            : throw source.Wrong(node,
                $"'{name}' must be above {Canonical.Number(low)}{(high < double.MaxValue ? $" and below {Canonical.Number(high)}" : "")}");
    }

    /// <summary><c>{when: clean_accuracy &lt; 0.9}</c>.</summary>
    public StopRule? Stop(YamlNode? node)
    {
        if (node is null) return null;
        const string Form = "'stop' takes {when: <metric> <comparison> <number>}, such as {when: clean_accuracy < 0.9}";
        if (node is not YamlMappingNode mapping || MappingKeys.Of(mapping, source) is not [{ Name: "when" } only])
            throw source.Wrong(node, Form);
        if (only.Value is not YamlScalarNode { Value: { } text } || Condition().Match(text) is not { Success: true } match)
            throw source.Wrong(only.Value, Form);
        var than = double.Parse(match.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture);
        return new(match.Groups[1].Value, Comparisons.OfSign(match.Groups[2].Value), than, new AllStrengths());
    }

    /// <summary>What to say of a measurement that has nearly the name of another. A plugin may measure what no list here has, so it is no
    /// error.</summary>
    public Problem? Misspelt(StopRule? rule, YamlNode? node) =>
        rule is null || Metric.Names.Contains(rule.Metric) || NearestName.To(rule.Metric, Metric.Names) is not { } near
            ? null
            : source.Place(node!.Start,
                $"'stop' waits for {Source.Quote(rule.Metric)}, which Grid does not measure; did you mean '{near}'?");

    /// <summary>Whether every curve is begun before any is finished.</summary>
    public bool IsInterleaved(YamlNode? node) => node switch
    {
        null or YamlScalarNode { Value: "interleaved" } => true,
        YamlScalarNode { Value: "sequential" } => false,
        _ => throw source.Wrong(node,
            "'order' is 'interleaved' (every curve coarse, then fine) or 'sequential' (one curve after the other)"),
    };

    [GeneratedRegex(@"^\s*([a-z][a-z0-9_]*)\s*(<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Condition();
}
