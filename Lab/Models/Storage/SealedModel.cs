using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Grid.Lab.Models.Storage;

/// <summary>A model as it is kept: a safetensors file whose metadata hold a seal, the SHA-256 of the key that it is kept under and of all
/// tensors. A file that was damaged, cut short, put there by somebody else or kept under another key does not bear the right
/// seal.</summary>
static class SealedModel
{
    const string Seal = "grid_seal";

    public static void Write(string path, string key, IReadOnlyList<NamedTensor> model) =>
        Safetensors.Write(path, model, Metadata(key, model));

    public static byte[] Bytes(string key, IReadOnlyList<NamedTensor> model)
    {
        using var bytes = new MemoryStream();
        Safetensors.Write(bytes, model, Metadata(key, model));
        return bytes.ToArray();
    }

    /// <summary>Reads a model, and checks its seal.</summary>
    /// <param name="stream">The stream, at its beginning, with a known length.</param>
    /// <param name="name">The name of the file, as messages show it.</param>
    /// <param name="key">The key under which the model was looked for.</param>
    /// <exception cref="LabException">The file is damaged, or holds another model.</exception>
    public static IReadOnlyList<NamedTensor> Read(Stream stream, string name, string key)
    {
        var model = Safetensors.Read(stream, name);
        stream.Position = 0;
        return Bears(stream, Of(key, model)) switch
        {
            true => model,
            false => throw new LabException($"{name}: its seal does not fit: it is damaged, or another model."),
            null => throw new LabException($"{name}: it bears no seal of grid's."),
        };
    }

    static Dictionary<string, string> Metadata(string key, IReadOnlyList<NamedTensor> model) => new() { [Seal] = Of(key, model) };

    static string Of(string key, IReadOnlyList<NamedTensor> model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        foreach (var tensor in model)
        {
            // JSON tells where a name ends and a shape begins.
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes((object[])[tensor.Name, tensor.Shape]));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // The header has been read once, and is JSON. Null where there is no seal.
    static bool? Bears(Stream stream, string seal)
    {
        var length = new byte[8];
        stream.ReadExactly(length);
        var header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        stream.ReadExactly(header);
        using var document = JsonDocument.Parse(header);
        return document.RootElement.TryGetProperty("__metadata__", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty(Seal, out var found) && found.ValueKind == JsonValueKind.String ? found.ValueEquals(seal) : null;
    }
}
