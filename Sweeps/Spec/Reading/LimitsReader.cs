using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>Reads <c>priority</c>, <c>limits</c>, <c>retries</c> and <c>notify</c>, see <see cref="SweepSpec"/>.</summary>
sealed class LimitsReader(Source source)
{
    public const string PriorityKey = "priority";
    public const string LimitsKey = "limits";
    public const string RetriesKey = "retries";
    public const string NotifyKey = "notify";

    const int MostPatterns = 20;
    const int LongestPattern = 200;
    static readonly Parameter WholeNumber = new("", ParameterKind.Integer, null, High: int.MaxValue);
    static readonly string[] OfLimits = ["concurrency", "timeout", "failures"];
    static readonly string[] OfRetries = ["attempts", "backoff", "give_up"];
    static readonly string[] OfNotify = ["url"];

    /// <summary>The key under which another key belongs that stands at the top of the file; null for a key that belongs under
    /// none.</summary>
    public static string? Home(string key) =>
        OfLimits.Contains(key) ? LimitsKey : OfRetries.Contains(key) ? RetriesKey : OfNotify.Contains(key) ? NotifyKey : null;

    /// <summary>Reads what one key says.</summary>
    /// <param name="key">One of the four keys.</param>
    /// <returns>The limits, <paramref name="limits"/>, with what the key says.</returns>
    public Limits Read(string key, YamlNode node, Limits limits)
    {
        if (key == PriorityKey) return limits with { Priority = Number(node, key, "", -100, 100) };
        var known = key switch
        {
            LimitsKey => OfLimits,
            RetriesKey => OfRetries,
            _ => OfNotify,
        };
        if (node is not YamlMappingNode mapping) throw source.Wrong(node,
            $"'{key}' takes a mapping of {string.Join(", ", known)}, not {Scalar.Describe(node)}");
        foreach (var (name, place, value) in MappingKeys.Of(mapping, source))
        {
            var whose = $"'{key}'";
            limits = name switch
            {
                _ when !known.Contains(name) => throw source.Unknown(place, "key", name, known, $" of {whose}"),
                "concurrency" => limits with { Concurrency = Number(value, name, whose, 1, 100_000) },
                "timeout" => limits with { CellTimeout = Span(value, name, whose, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)) },
                "failures" => limits with { Failures = Number(value, name, whose, 0, int.MaxValue) },
                "url" => limits with { Notify = Address(value, whose) },
                "attempts" => limits with { Attempts = Number(value, name, whose, 1, 20) },
                "backoff" => limits with { Backoff = Span(value, name, whose, TimeSpan.Zero, TimeSpan.FromHours(1)) },
                _ => limits with { GiveUp = Patterns(value, $"'{name}' of {whose}") },
            };
        }

        return limits;
    }

    string Address(YamlNode node, string whose) =>
        node is YamlScalarNode { Value: { } text } && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url.AbsoluteUri
            : throw source.Wrong(node,
                $"'url' of {whose} takes an address that begins with https:// or http://, without a password, not {Scalar.Describe(node)}");

    int Number(YamlNode node, string name, string whose, int low, int high)
    {
        var parameter = WholeNumber with { Name = name, Low = low, High = high };
        return node is YamlScalarNode scalar
            ? (int)((Number)ParameterReader.Value(scalar, parameter, whose, source)).Value
            : throw source.Wrong(node, $"{ParameterReader.Name(parameter, whose)} takes a whole number, not {Scalar.Describe(node)}");
    }

    TimeSpan Span(YamlNode node, string name, string whose, TimeSpan low, TimeSpan high)
    {
        if (node is not YamlScalarNode scalar || Scalar.Read(scalar) is not Word { Value: var text } || Duration.Read(text) is not { } span)
            throw source.Wrong(node,
                $"'{name}' of {whose} takes a number with ms, s, m or h, such as 90s or 1.5h, not {Scalar.Describe(node)}");
        return span >= low && span <= high
            ? span
            : throw source.Wrong(node,
                $"'{name}' of {whose} must be at least {Duration.Text(low)} and at most {Duration.Text(high)}, not {text}");
    }

    List<string> Patterns(YamlNode node, string name)
    {
        if (node is not YamlSequenceNode list) throw source.Wrong(node,
            $"{name} takes a list of texts, not {Scalar.Describe(node)}; put it in brackets");
        if (list.Children.Count > MostPatterns) throw source.Wrong(list.Children[MostPatterns],
            $"{name} takes at most {MostPatterns} texts");
        return [.. list.Select(item => item is YamlScalarNode { Value: { Length: > 0 and <= LongestPattern } text } scalar
            && Scalar.Read(scalar) is not Absent
            ? text
            : throw source.Wrong(item, $"{name}: each is a text of 1 to {LongestPattern} characters"))];
    }
}
