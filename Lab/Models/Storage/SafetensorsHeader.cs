using System.Text.Json;

namespace Grid.Lab.Models.Storage;

/// <summary>The JSON header: for each tensor its type, shape, and where its values lie, counted from the end of the header.</summary>
static class SafetensorsHeader
{
    const string Metadata = "__metadata__";

    // Batch norm's count of steps, which nothing here needs.
    const string Counter = "num_batches_tracked";

    /// <summary>A tensor as the header describes it.</summary>
    /// <param name="Type">The type; null for a tensor that is passed over.</param>
    public sealed record Entry(string Name, ElementType? Type, int[] Shape, long Begin, long End);

    /// <summary>Reads the entries in the order of their values, which fill <paramref name="dataLength"/> bytes without gap or
    /// overlap.</summary>
    public static List<Entry> Read(ReadOnlyMemory<byte> header, long dataLength, string path)
    {
        long begin = 8 + header.Length;
        var entries = new List<Entry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(header);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name))
                {
                    throw new LabException($"{path}: two tensors are named {Shown(property.Name)}.");
                }
                if (property.Name != Metadata)
                {
                    entries.Add(Read(property.Name, property.Value, path));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new LabException($"{path}: its header is not that of a safetensors file: {e.Message}", e);
        }
        // A tensor without values begins where the next one does.
        entries = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                throw new LabException(
                    $"{path}: tensor {Shown(entry.Name)} begins at byte {entry.Begin}, "
                    + $"but the one before it ends at {end}: the file is damaged.");
            }
            end = entry.End;
        }
        if (entries.FirstOrDefault(entry => entry.End > dataLength) is { } cut)
        {
            throw new LabException(
                $"{path} is cut off: {Shown(cut.Name)} should end at byte {begin + cut.End}, the file has {begin + dataLength}. "
                + "Copy or export it again.");
        }
        return end == dataLength
            ? entries
            : throw new LabException(
                $"{path}: its tensors need {end} bytes, but {dataLength} follow the header: it is damaged or truncated.");
    }

    static Entry Read(string name, JsonElement value, string path)
    {
        string? typeName = value.GetProperty("dtype").GetString();
        var passedOver = typeName == "I64" && name.Split('.')[^1] == Counter;
        var type = passedOver ? null : ElementType.Find(typeName) ?? throw new LabException(
            $"{path}: tensor {Shown(name)} has type {Shown(typeName ?? "null")}; grid reads {ElementType.Names}: "
            + "convert it or leave it out.");
        var size = type?.Size ?? sizeof(long);
        int[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        long[] offsets = [.. value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        string sides = string.Join(" x ", shape);
        if (shape.Any(length => length < 0) || Count(shape) * size is var bytes && bytes > Array.MaxLength)
        {
            throw new LabException(
                $"{path}: tensor {Shown(name)} has shape [{sides}]: no side may be negative, nor may it take over 2 GiB.");
        }
        if (offsets is not [>= 0 and var begin, var end] || end - begin != bytes)
        {
            throw new LabException(
                $"{path}: tensor {Shown(name)} of {typeName} [{sides}] needs {bytes} bytes, "
                + $"but its offsets are [{string.Join(", ", offsets)}].");
        }
        return new Entry(name, type, shape, begin, end);
    }

    /// <summary>Writes a header, padded with spaces so that the values begin at a multiple of eight bytes.</summary>
    public static byte[] Write(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(Metadata);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }
                json.WriteEndObject();
            }
            var names = new HashSet<string>(StringComparer.Ordinal) { Metadata };
            long begin = 0;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name) || tensor.Shape.Any(length => length < 0) || Count(tensor.Shape) != tensor.Values.Length)
                {
                    throw new ArgumentException(
                        $"Tensor '{tensor.Name}': its name is taken, or {tensor.Values.Length} values do not fill "
                        + $"[{string.Join(" x ", tensor.Shape)}].",
                        nameof(tensors));
                }
                long end = begin + (4L * tensor.Values.Length);
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                WriteArray(json, "shape", tensor.Shape.Select(length => (long)length));
                WriteArray(json, "data_offsets", [begin, end]);
                json.WriteEndObject();
                begin = end;
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }
        return header.ToArray();
    }

    static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }
        json.WriteEndArray();
    }

    // Saturates above what an array can hold, where the exact product no longer matters.
    static long Count(int[] shape) =>
        shape.Contains(0) ? 0 : shape.Aggregate(1L, (count, length) => Math.Min(count * length, int.MaxValue));

    // Names come from the file, and may be anything of any length.
    static string Shown(string name) => $"'{JsonEncodedText.Encode(name.Length > 100 ? name[..100] + "..." : name)}'";
}
