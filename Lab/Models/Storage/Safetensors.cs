using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Grid.Lab.Datasets.Files;
using Grid.Sweeps.Files;

namespace Grid.Lab.Models.Storage;

/// <summary>
/// The safetensors file format: length of the header (uint64, little-endian), header as JSON, then the values of all tensors without a gap.
/// Source: github.com/huggingface/safetensors, "Format".
/// </summary>
public static class Safetensors
{
    const int LongestHeader = 100_000_000;

    /// <summary>Reads the tensors of a file in the order in which they lie in it. F32 is read as it is; F16, BF16 and F64 are converted;
    /// batch norm's counters are passed over.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="LabException">The file is absent, damaged, or holds another type.</exception>
    public static IReadOnlyList<NamedTensor> Read(string path)
    {
        if (UserFile.Lack(path) is { } lack) throw new LabException($"{path}: {lack}.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes tensors as F32 in the given order; the same tensors and metadata always give the same bytes. A file is replaced as a
    /// whole or not at all.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="tensors">The tensors, by name.</param>
    /// <param name="metadata">What is noted beside the tensors; null for nothing.</param>
    /// <exception cref="ArgumentException">A name occurs twice or is reserved, or values do not fill their shape.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = SafetensorsHeader.Write(tensors, metadata);
        AtomicFile.WriteBytes(path, stream => Write(stream, header, tensors));
    }

    /// <inheritdoc cref="Write(string, IReadOnlyList{NamedTensor}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(stream, SafetensorsHeader.Write(tensors, metadata), tensors);

    static void Write(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors)
        {
            for (int i = 0; i < tensor.Values.Length; i += 1 << 20)
            {
                stream.Write(MemoryMarshal.AsBytes(tensor.Values.AsSpan(i, Math.Min(1 << 20, tensor.Values.Length - i))));
            }
        }
    }

    /// <param name="stream">The stream, at its beginning, with a known length.</param>
    /// <param name="path">The name of the file, as messages show it.</param>
    /// <inheritdoc cref="Read(string)"/>
    public static IReadOnlyList<NamedTensor> Read(Stream stream, string path)
    {
        var start = new byte[8];
        if (stream.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8)
        {
            throw new LabException($"{path}: {stream.Length} bytes are too few for a safetensors file.");
        }
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (size > LongestHeader || (long)size > stream.Length - 8)
        {
            throw new LabException(
                $"{path}: declares a header of {size} bytes in a file of {stream.Length}: it is truncated, "
                + $"or no safetensors file (an ONNX file is model: {{onnx: {path}}}).");
        }
        UserFile.Fit(stream.Length, path);
        var header = new byte[size];
        stream.ReadExactly(header);
        var tensors = new List<NamedTensor>();
        foreach (var entry in SafetensorsHeader.Read(header, stream.Length - 8 - (long)size, path))
        {
            var bytes = new byte[entry.End - entry.Begin];
            stream.ReadExactly(bytes);
            if (entry.Type is { } type)
            {
                tensors.Add(new NamedTensor(entry.Name, entry.Shape, type.ToFloats(bytes)));
            }
        }
        return tensors;
    }
}
