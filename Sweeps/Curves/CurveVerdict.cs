using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grid.Sweeps.Curves;

/// <summary>How well a curve keeps a rule.</summary>
public enum Grade
{
    /// <summary>The rule is kept.</summary>
    Pass,

    /// <summary>Something to look into, which need not make the curve worthless.</summary>
    Warn,

    /// <summary>The rule is broken: the curve is no evidence of robustness.</summary>
    Fail,
}

/// <summary>What the checks say of a curve: the worst grade that a rule gives it.</summary>
/// <param name="Grade">The worst grade.</param>
/// <param name="Rules">The rule that gives this grade, such as H2; for a curve that passes, all rules that apply, with spaces between
/// them.</param>
/// <param name="Evidence">The figures behind the grade, in one line; empty for a pass.</param>
[JsonConverter(typeof(CurveVerdictJson))]
public sealed record CurveVerdict(Grade Grade, string Rules, string Evidence = "")
{
    /// <summary>The verdict as tables and documents write it: <c>pass H1 H2</c>, or <c>fail H2: accuracy rises</c>.</summary>
    public override string ToString() =>
        $"{Grade.ToString().ToLowerInvariant()}{(Rules.Length > 0 ? " " + Rules : "")}{(Evidence.Length > 0 ? ": " + Evidence : "")}";

    /// <summary>A verdict as tables and documents write it; empty where no rule applies.</summary>
    /// <param name="verdict">The verdict; null for none.</param>
    public static string Text(CurveVerdict? verdict) => verdict?.ToString() ?? "";

    /// <summary>Reads what <see cref="Text"/> wrote; null for an empty text.</summary>
    /// <param name="text">The text of a table or a message.</param>
    /// <exception cref="FormatException">The text is no verdict.</exception>
    public static CurveVerdict? Parse(string text)
    {
        if (text.Length == 0) return null;
        var head = text.Split(": ", 2);
        var words = head[0].Split(' ', 2);
        return Enum.TryParse<Grade>(words[0], ignoreCase: true, out var grade)
            ? new(grade, words.ElementAtOrDefault(1) ?? "", head.ElementAtOrDefault(1) ?? "")
            : throw new FormatException($"'{text}' is no verdict of a check");
    }
}

/// <summary>Writes a verdict as its text, as it was written before there was a type for it.</summary>
sealed class CurveVerdictJson : JsonConverter<CurveVerdict?>
{
    public override bool HandleNull => true;

    public override CurveVerdict? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CurveVerdict.Parse(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, CurveVerdict? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(CurveVerdict.Text(value));
}
