using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Grid.Lab.Datasets.Formats;

/// <summary>
/// The header of an array in NumPy's .npy format, versions 1 to 3: magic, version, header length, then a Python dictionary, then the values.
/// Source: numpy.lib.format.
/// </summary>
/// <param name="Type">Such as |u1 or &lt;f4: byte order, kind, bytes.</param>
/// <param name="Shape">Row-major.</param>
/// <param name="Count">Product of the shape.</param>
/// <param name="Offset">Bytes before the values.</param>
sealed partial record NpyArray(string Type, int[] Shape, int Count, int Offset)
{
    const int LongestHeader = 1 << 16;
    static readonly string[] Types = ["|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8"];

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public int ItemSize => Type[^1] - '0';

    /// <param name="content">Left at the first value.</param>
    /// <param name="length">Declared length of the content, in bytes: must be what header and values need.</param>
    /// <param name="name">Named in errors: file and array.</param>
    public static NpyArray ReadHeader(Stream content, long length, string name)
    {
        var start = new byte[12];
        int read = content.ReadAtLeast(start.AsSpan(0, 10), 10, throwOnEndOfStream: false);
        if (read < 10 || !start.AsSpan(0, 6).SequenceEqual(Magic) || start[6] is < 1 or > 3)
        {
            throw new LabException($"{name}: is not a NumPy array of version 1 to 3: save it with numpy.savez.");
        }
        long size = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8));
        int offset = 10;
        if (start[6] > 1)
        {
            content.ReadExactly(start, 10, 2);
            (size, offset) = (BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8)), 12);
        }
        if (size > LongestHeader || offset + size > length)
        {
            throw new LabException($"{name}: declares a header of {size} bytes, more than it holds.");
        }
        var header = new byte[size];
        content.ReadExactly(header);
        return Parse(Encoding.UTF8.GetString(header), offset + (int)size, length, name);
    }

    static NpyArray Parse(string header, int offset, long length, string name)
    {
        var (type, order, shape) = (TypePattern().Match(header), OrderPattern().Match(header), ShapePattern().Match(header));
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new LabException($"{name}: its header is not that of a plain array: '{(header.Trim() is { Length: > 200 } text ? text[..200] + "..." : header.Trim())}': save it with numpy.savez.");
        }
        if (!Types.Contains(type.Groups[1].Value))
        {
            throw new LabException(
                $"{name}: has type {type.Groups[1].Value}; grid reads {string.Join(", ", Types)}: convert it with numpy's astype.");
        }
        if (order.Groups[1].Value == "True" && shape.Groups[1].Value.Trim(' ', ',').Contains(','))
        {
            throw new LabException($"{name}: is stored column by column: save numpy.ascontiguousarray of it.");
        }
        var lengths = new List<int>();
        long count = 1;
        foreach (string field in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int side) || side == 0 || (count *= side) > Array.MaxLength)
            {
                throw new LabException($"{name}: its shape ({shape.Groups[1].Value}) has no values, or more than {Array.MaxLength}.");
            }
            lengths.Add(side);
        }
        var array = new NpyArray(type.Groups[1].Value, [.. lengths], (int)count, offset);
        return length == offset + (count * array.ItemSize)
            ? array
            : throw new LabException(
                $"{name}: its shape ({shape.Groups[1].Value}) needs {count * array.ItemSize} bytes, but {length - offset} follow: it is damaged or truncated.");
    }

    /// <summary>Hands the values on in chunks of bytes that hold whole items: an array may be longer than one buffer can be.</summary>
    public void ReadValues(Stream content, string name, Action<int, ReadOnlySpan<byte>> chunk)
    {
        var buffer = new byte[1 << 16];
        for (int item = 0; item < Count;)
        {
            int items = Math.Min(Count - item, buffer.Length / ItemSize);
            var bytes = buffer.AsSpan(0, items * ItemSize);
            if (content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw new LabException($"{name}: ends before its {Count} values: it is damaged or truncated.");
            }
            chunk(item, bytes);
            item += items;
        }
        if (content.ReadByte() >= 0)
        {
            throw new LabException($"{name}: goes on after its {Count} values: it is damaged.");
        }
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
