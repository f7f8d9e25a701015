using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grid.Presentation.Documents;

/// <summary>
/// Writes documents as JSON: names in snake case, moments in ISO 8601, and null for a number that is not known. Documents are the same
/// everywhere: <c>grid --json</c>, <c>gridctl --json</c>, and over HTTP. A member may be added; none changes its name or meaning.
/// </summary>
public static class DocumentJson
{
    /// <summary>A document on one line.</summary>
    public static JsonSerializerOptions Compact { get; } = Make(indented: false);

    static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>A document for a terminal or a file: indented, with a line feed at the end.</summary>
    public static void Write<T>(TextWriter writer, T document) => writer.Write(JsonSerializer.Serialize(document, Indented) + "\n");

    /// <summary>Sets options to write as documents are written.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new Finite());
    }

    static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions { WriteIndented = indented, NewLine = "\n" };
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Writes NaN and infinities, which JSON lacks, as null.</summary>
    sealed class Finite : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}
