using System.Globalization;
using System.Text.RegularExpressions;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>Spans of time as a sweep file writes them: a number and a unit, such as <c>250ms</c>, <c>90s</c>, <c>20m</c> or
/// <c>1.5h</c>.</summary>
public static partial class Duration
{
    static readonly (string Unit, TimeSpan Length)[] Units =
        [("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
            ("ms", TimeSpan.FromMilliseconds(1))];

    /// <summary>Reads a span of time; null where the text is none, or a number has more than ten digits.</summary>
    /// <param name="text">The text, such as `90s` or `2h`.</param>
    public static TimeSpan? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } match) return null;
        var unit = Units.Single(u => u.Unit == match.Groups[2].Value).Length;
        var total = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit.Ticks;
        return total <= TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)total) : null;
    }

    /// <summary>A span of time as text, in the largest unit that needs no fraction; to the millisecond.</summary>
    /// <param name="span">The time.</param>
    public static string Text(TimeSpan span)
    {
        var (unit, length) = Units.FirstOrDefault(u => span != TimeSpan.Zero && span.Ticks % u.Length.Ticks == 0,
            span == TimeSpan.Zero ? Units[2] : Units[3]);
        return FormattableString.Invariant($"{span.Ticks / length.Ticks}{unit}");
    }

    [GeneratedRegex(@"^([0-9]{1,10}(?:\.[0-9]{1,10})?)(ms|s|m|h)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
