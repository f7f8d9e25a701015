using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Journals;

/// <summary>
/// How cells and results are written as JSON: one line, round-trip numbers, NaN and infinities as the strings "NaN", "Infinity",
/// "-Infinity".
/// </summary>
public static class ResultJson
{
    /// <summary>How results are written as JSON.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            // Outcomes are base64, whose + the default encoder would write in six characters.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
                new CellIdConverter(), new ChoiceJson() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    sealed class CellIdConverter : JsonConverter<CellId>
    {
        public override CellId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            new(reader.GetString() ?? throw new JsonException("A cell has no name."));

        public override void Write(Utf8JsonWriter writer, CellId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
