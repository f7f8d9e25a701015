using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Grid.Compute;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Models.Graph;
using Grid.Lab.Models.Onnx.Format;

namespace Grid.Lab.Models.Onnx;

/// <summary>Reads a constant of an ONNX file as numbers: any float type as float32, any whole one as int64.</summary>
static class OnnxTensor
{
    static readonly Dictionary<int, (string Name, int Size)> Types = new()
    {
        [1] = ("float32", 4),
        [2] = ("uint8", 1),
        [3] = ("int8", 1),
        [4] = ("uint16", 2),
        [5] = ("int16", 2),
        [6] = ("int32", 4),
        [7] = ("int64", 8),
        [9] = ("bool", 1),
        [10] = ("float16", 2),
        [11] = ("float64", 8),
        [12] = ("uint32", 4),
        [13] = ("uint64", 8),
        [16] = ("bfloat16", 2),
    };

    public static string TypeName(int type) => Types.TryGetValue(type, out var known) ? known.Name : type == 8 ? "string" : $"type {type}";

    public static bool IsFloat(int type) => type is 1 or 10 or 11 or 16;

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="LabException">The tensor's type is not read here, its values do not fill its shape, or they are in another file
    /// that is not found.</exception>
    public static Numbers Read(TensorProto tensor, string name, string path)
    {
        var type = tensor.DataType;
        if (!Types.TryGetValue(type, out var known))
            throw new LabException($"{path}: tensor {name} has type {TypeName(type)}, which is not read: export it as float32.");
        if (tensor.Dims.Any(d => d is < 0 or > int.MaxValue) || tensor.Dims.Aggregate(1.0, (n, d) => n * d) * known.Size > Array.MaxLength)
            throw new LabException(
                $"{path}: tensor {name} has shape [{string.Join(", ", tensor.Dims)}]: no side may be negative, "
                + "nor may it take over 2 GiB.");
        var shape = Shape.From([.. tensor.Dims.Select(d => (int)d)]);
        var raw = tensor.DataLocation == 1
            ? External(tensor, name, path, shape.Count * (long)known.Size)
            : tensor.RawData.Length > 0 ? tensor.RawData.ToByteArray() : null;
        if (raw is not null && raw.Length != shape.Count * (long)known.Size)
            throw new LabException(
                $"{path}: tensor {name} of {known.Name} {shape} needs {shape.Count * (long)known.Size} bytes, "
                + $"and has {raw.Length}: export it again.");
        var numbers = IsFloat(type)
            ? new Numbers(shape, Filled(Floats(tensor, type, raw), shape, name, path))
            : new Numbers(shape, Filled(Whole(tensor, type, raw), shape, name, path));
        return !numbers.Whole && numbers.Floats().Any(float.IsNaN)
            ? throw new LabException($"{path}: tensor {name} holds NaN: train or export the model again.")
            : numbers;
    }

    /// <summary>The file that a tensor's values are in; null where they are in the model's own.</summary>
    public static string? FileOf(TensorProto tensor, string path)
    {
        if (tensor.DataLocation != 1) return null;
        var location = tensor.ExternalData.FirstOrDefault(e => e.Key == "location")?.Value ?? "";
        // Nothing but a file beside the model: its text comes from whoever wrote it.
        if (location.Length == 0 || System.IO.Path.GetFileName(location) != location || location is "." or "..")
            throw new LabException(
                $"{path}: keeps tensor {tensor.Name} in '{location}', and only a file in the same folder is read: "
                + "export to a single file.");
        return System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path) ?? "", location);
    }

    static byte[] External(TensorProto tensor, string name, string path, long size)
    {
        var file = FileOf(tensor, path)!;
        long Entry(string key, long otherwise) =>
            tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value is { } text
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
        if (!File.Exists(file))
        {
            throw new LabException(
                $"{path} keeps its weights in {System.IO.Path.GetFileName(file)}, which is missing: put it into the same folder, "
                + "or export to a single file.");
        }

        var (offset, length) = (Entry("offset", 0), Entry("length", size));
        return UserFile.Read(file, stream =>
        {
            if (length != size || offset < 0 || offset > stream.Length - size)
                throw new LabException(
                    $"{path}: tensor {name} should be at bytes {offset} to {offset + length} of {file}, which has {stream.Length}: "
                    + "copy or export both again.");
            var bytes = new byte[size];
            stream.Position = offset;
            stream.ReadExactly(bytes);
            return bytes;
        });
    }

    static T[] Filled<T>(T[] values, Shape shape, string name, string path) => values.Length == shape.Count
        ? values
        : throw new LabException($"{path}: tensor {name} has {values.Length} values for shape {shape}: export it again.");

    static float[] Floats(TensorProto tensor, int type, byte[]? raw) => (type, raw) switch
    {
        (1, null) => [.. tensor.FloatData],
        (11, null) => [.. tensor.DoubleData.Select(v => (float)v)],
        (10, null) => [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))],
        (16, null) => [.. tensor.Int32Data.Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))],
        (1, _) => MemoryMarshal.Cast<byte, float>(raw).ToArray(),
        (11, _) => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(raw).ToArray(), v => (float)v),
        (10, _) => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(raw).ToArray(), v => (float)v),
        _ => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(raw).ToArray(), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
    };

    static long[] Whole(TensorProto tensor, int type, byte[]? raw) => (type, raw) switch
    {
        (7, null) => [.. tensor.Int64Data],
        (12 or 13, null) => [.. tensor.Uint64Data.Select(v => (long)v)],
        (_, null) => [.. tensor.Int32Data.Select(v => (long)v)],
        (7 or 13, _) => MemoryMarshal.Cast<byte, long>(raw).ToArray(),
        (6, _) => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(raw).ToArray(), v => (long)v),
        (12, _) => Array.ConvertAll(MemoryMarshal.Cast<byte, uint>(raw).ToArray(), v => (long)v),
        (5, _) => Array.ConvertAll(MemoryMarshal.Cast<byte, short>(raw).ToArray(), v => (long)v),
        (4, _) => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(raw).ToArray(), v => (long)v),
        (3, _) => Array.ConvertAll(raw!, v => (long)(sbyte)v),
        _ => Array.ConvertAll(raw!, v => (long)v),
    };
}
