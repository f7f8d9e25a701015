using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Grid.Sweeps.Cells;

/// <summary>Reads and writes choices in their canonical form, see <see cref="Canonical.Json(Choice)"/>.</summary>
sealed class ChoiceJson : JsonConverter<Choice>
{
    public override Choice Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        ChoiceOf(JsonNode.Parse(ref reader)) ?? throw new JsonException("A choice is an object with one key.");

    public override void Write(Utf8JsonWriter writer, Choice value, JsonSerializerOptions options) => Canonical.Json(value).WriteTo(writer);

    static Choice? ChoiceOf(JsonNode? node) => node is JsonObject { Count: 1 } whole && whole.First() is { Value: JsonObject settings } only
        ? new(only.Key, settings.Select(s => (s.Key, SettingOf(s.Value))))
        : null;

    static ParameterValue SettingOf(JsonNode? node) => node switch
    {
        null => new Absent(),
        JsonObject => new Pick(ChoiceOf(node) ?? throw new JsonException("A setting that is an object is a choice, with one key.")),
        JsonArray list => new Many([.. list.Select(SettingOf)]),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => new Flag(true),
            JsonValueKind.False => new Flag(false),
            JsonValueKind.Number => new Number(node.GetValue<double>()),
            _ => node.GetValue<string>() switch
            {
                "Infinity" => new Number(double.PositiveInfinity),
                "-Infinity" => new Number(double.NegativeInfinity),
                var word => new Word(word),
            },
        },
    };
}
