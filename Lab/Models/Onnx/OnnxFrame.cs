using System.Globalization;
using Google.Protobuf;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Models.Onnx.Format;

namespace Grid.Lab.Models.Onnx;

/// <summary>Reads the bytes of an ONNX file as its message, or tells where they stop making sense.</summary>
static class OnnxFrame
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="LabException">The file is absent, damaged, or no ONNX file.</exception>
    public static ModelProto Read(string path)
    {
        var bytes = UserFile.Read(path, stream =>
        {
            UserFile.Fit(3 * stream.Length, path);
            if (stream.Length > Array.MaxLength) throw new LabException($"{path}: has over 2 GiB: keep its weights in external data.");
            var all = new byte[stream.Length];
            stream.ReadExactly(all);
            return all;
        });
        if (Damage(bytes) is { } damage)
            throw new LabException($"{path} is cut off or damaged, or no ONNX file: {damage}. Copy or export it again.");
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            return model.Graph is { Node.Count: > 0 }
                ? model
                : throw new LabException($"{path}: holds no graph: it is no ONNX file, or one without a model.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new LabException($"{path} is damaged, or no ONNX file: {e.Message.TrimEnd('.')}. Copy or export it again.", e);
        }
    }

    /// <summary>Says what is damaged, null for nothing: it walks the outermost fields, each of which has a key, whose lowest three bits say
    /// how long it is.</summary>
    static string? Damage(byte[] bytes)
    {
        for (long at = 0; at < bytes.Length;)
        {
            var field = at;
            if (Varint(bytes, ref at) is not { } key) return Cut(field);
            switch (key & 7)
            {
                case 0 when Varint(bytes, ref at) is not null: break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                case 2 when Varint(bytes, ref at) is { } length:
                    if (length > (ulong)(bytes.Length - at))
                        return string.Create(CultureInfo.InvariantCulture,
                            $"a field at byte {field} says {length} bytes follow, the file has only {bytes.Length - at}");
                    at += (long)length;
                    break;
                case 0 or 2: return Cut(field);
                default: return string.Create(CultureInfo.InvariantCulture, $"byte {field} begins no field");
            }

            if (at > bytes.Length) return Cut(field);
        }

        return null;

        static string Cut(long field) => string.Create(CultureInfo.InvariantCulture, $"the field at byte {field} does not end in the file");
    }

    static ulong? Varint(byte[] bytes, ref long at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }

        return null;
    }
}
