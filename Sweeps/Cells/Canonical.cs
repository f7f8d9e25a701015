using System.Globalization;
using System.Text.Json.Nodes;

namespace Grid.Sweeps.Cells;

/// <summary>The one way to write a choice down: invariant culture, round-trip numbers, sorted keys, defaults included.</summary>
public static class Canonical
{
    /// <summary>The shortest text that reads back as the same number.</summary>
    /// <param name="value">The number.</param>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A choice as text: <c>name(key=value, ...)</c>, or just the name where there is nothing to set.</summary>
    /// <param name="choice">The entry that was chosen, with its settings.</param>
    public static string Text(Choice choice) => choice.Settings.Count == 0
        ? choice.Name
        : $"{choice.Name}({string.Join(", ", choice.Settings.Select(s => $"{s.Key}={Text(s.Value)}"))})";

    /// <summary>A value as it stands within the text of a choice.</summary>
    /// <param name="setting">The value of a parameter.</param>
    public static string Text(ParameterValue setting) => setting switch
    {
        Number n => Number(n.Value),
        Word w => w.Value,
        Flag f => f.Value ? "true" : "false",
        Pick p => Text(p.Value),
        Many m => $"[{string.Join(", ", m.Values.Select(Text))}]",
        Absent => "none",
        _ => throw new InvalidOperationException($"A setting of type {setting.GetType()} has no text."),
    };

    /// <summary>A choice as JSON: {"name": {"key": value, ...}}, with numbers as JSON numbers, and infinities as the strings "Infinity" and
    /// "-Infinity".</summary>
    /// <param name="choice">The entry that was chosen, with its settings.</param>
    public static JsonObject Json(Choice choice)
    {
        var settings = new JsonObject();
        foreach (var (key, value) in choice.Settings) settings.Add(key, Json(value));
        return new JsonObject { [choice.Name] = settings };
    }

    /// <summary>A value as it stands within the JSON of a choice; null for none.</summary>
    /// <param name="setting">The value of a parameter.</param>
    public static JsonNode? Json(ParameterValue setting) => setting switch
    {
        Number n => double.IsFinite(n.Value) ? JsonValue.Create(n.Value) : JsonValue.Create(Number(n.Value)),
        Word w => JsonValue.Create(w.Value),
        Flag f => JsonValue.Create(f.Value),
        Pick p => Json(p.Value),
        Many m => new JsonArray([.. m.Values.Select(Json)]),
        Absent => null,
        _ => throw new InvalidOperationException($"A setting of type {setting.GetType()} has no JSON."),
    };
}
