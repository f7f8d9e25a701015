using System.Globalization;
using Grid.Sweeps.Cells;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>
/// Numbers in a row: <c>{from, to, count}</c> or <c>{from, to, step}</c>, both ends included where step meets the end, and
/// <c>scale: log</c> with a count for equal ratios. Values are rounded to 12 digits, so that 3 steps of 0.025 are 0.075.
/// </summary>
/// <param name="Step">The distance between values; null where the count gives it.</param>
sealed record Ranges(double From, double To, int Count, double? Step, bool Log)
{
    const int Longest = 1_000_000;
    static readonly string[] Known = ["from", "to", "count", "step", "scale"];

    public static bool LooksLikeOne(YamlMappingNode node) => node.Children.Keys.Any(k => k is YamlScalarNode { Value: "from" or "to" });

    public double this[int i] => Rounded(Step is { } s ? From + i * s
        : i == 0 ? From
        : Log ? From * Math.Pow(To / From, i / (Count - 1.0))
        : From + i * (To - From) / (Count - 1));

    /// <summary>Reads a range.</summary>
    /// <param name="whole">Whether the numbers must be whole: then the step may be left out, and is 1.</param>
    public static Ranges Read(YamlMappingNode node, bool whole, Source source)
    {
        var given = new Dictionary<string, YamlNode>();
        foreach (var (name, key, value) in MappingKeys.Of(node, source))
            if (Known.Contains(name)) given.Add(name, value);
            else throw source.Unknown(key, "key", name, Known, " of a range");

        var from = Number("from") ?? throw source.Wrong(node, "a range needs 'from'; write {from: 0, to: 1, count: 11}");
        var to = Number("to") ?? throw source.Wrong(node, "a range needs 'to'; write {from: 0, to: 1, count: 11}");
        var step = Number("step");
        var log = Logarithmic(Find("scale"), source);
        var count = Number("count") ?? Steps();
        if (step is not null && Find("count") is { } both) throw source.Wrong(both, "a range takes 'count' or 'step', not both");
        if (count != Math.Floor(count) || count < 1)
            throw source.Wrong(Find("count") ?? node, "the count of a range must be a whole number of at least 1");
        if (count > Longest) throw source.Wrong(Find("count") ?? node, "a range of over 1,000,000 values; take fewer");
        if (count == 1 && from != to)
            throw source.Wrong(node, "a range of one value cannot go from one number to another; raise the count");
        if (log && (from <= 0 || to <= 0)) throw source.Wrong(node, "a logarithmic range must begin and end above 0");

        return new(from, to, (int)count, step, log);

        YamlNode? Find(string key) => given.GetValueOrDefault(key);

        double? Number(string key)
        {
            if (Find(key) is not { } found) return null;
            if (found is not YamlScalarNode scalar || Scalar.Quotient(scalar) is not { Value: var value })
                throw source.Wrong(found, $"'{key}' of a range takes a number, not {Scalar.Describe(found)}");
            return double.IsFinite(value) ? value : throw source.Wrong(found, $"'{key}' of a range must be finite");
        }

        double Steps()
        {
            step ??= whole && !log
                ? (from <= to ? 1 : -1)
                : throw source.Wrong(node, "a range needs 'count' or 'step'; write {from: 0, to: 1, count: 11}");
            if (log) throw source.Wrong(node, "a logarithmic range takes 'count', not 'step'");
            if (step == 0 || (to - from) / step < 0)
                throw source.Wrong(Find("step") ?? node, "the step of a range must lead from 'from' to 'to'");
            // A step of 0.1 reaches 0.3 from 0, though 0.3 / 0.1 is just below 3.
            return Math.Floor((to - from) / step.Value * (1 + 1e-12) + 1e-12) + 1;
        }
    }

    static bool Logarithmic(YamlNode? scale, Source source) => scale switch
    {
        null or YamlScalarNode { Value: "linear" } => false,
        YamlScalarNode { Value: "log" } => true,
        var other => throw source.Wrong(other, "the scale of a range is 'linear' or 'log'"),
    };

    static double Rounded(double value)
    {
        Span<char> digits = stackalloc char[32];
        value.TryFormat(digits, out var length, "G12", CultureInfo.InvariantCulture);
        return double.Parse(digits[..length], CultureInfo.InvariantCulture) + 0.0;
    }
}
