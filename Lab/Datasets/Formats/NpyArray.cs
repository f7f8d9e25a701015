using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Grid.Lab.Datasets.Formats;

/// <summary>
/// The header of an array in NumPy's .npy format, versions 1 to 3: magic, version, header length, then a Python dictionary, then the
/// values. Source: numpy.lib.format.
/// </summary>
/// <param name="Type">The type, such as |u1, &lt;f4 or &gt;i8: byte order, kind, bytes; &lt;U6 is text of up to 6 characters, |S6 of up to
/// 6 bytes.</param>
/// <param name="Shape">The shape, as numpy shows it.</param>
/// <param name="Count">The number of values, the product of the shape.</param>
/// <param name="Offset">The number of bytes before the values.</param>
/// <param name="Columns">Whether the values follow each other by column, the first index changing fastest (Fortran order).</param>
sealed partial record NpyArray(string Type, int[] Shape, int Count, int Offset, bool Columns)
{
    const int LongestHeader = 1 << 16;
    const int LongestText = 1 << 12;
    static readonly string[] Kinds = ["b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"];

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The kind of the values: b, u, i, f, U or S for flags, whole numbers without and with a sign, numbers, and text by
    /// characters or by bytes.</summary>
    public char Kind => Type[1];

    public bool IsText => Kind is 'U' or 'S';

    /// <summary>The kind and the number of bytes of a value, whatever their order.</summary>
    public string Format => Type[1..];

    public bool IsBigEndian => Type[0] == '>';

    public int ItemSize => int.Parse(Type.AsSpan(2), CultureInfo.InvariantCulture) * (Kind == 'U' ? 4 : 1);

    /// <summary>Reads the header of an array.</summary>
    /// <param name="content">The content, which is left at the first value.</param>
    /// <param name="length">The declared length of the content in bytes; it must be what header and values need.</param>
    /// <param name="name">The file and the array, as errors name them.</param>
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
            throw new LabException(
                $"{name}: its header is not that of a plain array: "
                + $"'{(header.Trim() is { Length: > 200 } text ? text[..200] + "..." : header.Trim())}': save it with numpy.savez.");
        }
        if (!IsKnown(type.Groups[1].Value))
        {
            throw new LabException(
                $"{name}: has type {type.Groups[1].Value}; grid reads {string.Join(", ", Kinds)} and text: convert it with numpy's astype, "
                + "objects that are words with astype(str).");
        }
        var lengths = new List<int>();
        long count = 1;
        foreach (string field in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Python 2 writes its long integers with an L.
            if (!int.TryParse(field.AsSpan().TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int side) || side == 0
                || (count *= side) > Array.MaxLength)
            {
                throw new LabException($"{name}: its shape ({shape.Groups[1].Value}) has no values, or more than {Array.MaxLength}.");
            }
            lengths.Add(side);
        }
        var columns = order.Groups[1].Value == "True" && lengths.Count > 1;
        var array = new NpyArray(type.Groups[1].Value, [.. lengths], (int)count, offset, columns);
        return length == offset + (count * array.ItemSize)
            ? array
            : throw new LabException(
                $"{name}: its shape ({shape.Groups[1].Value}) needs {count * array.ItemSize} bytes, but {length - offset} follow: "
                + "it is damaged or truncated.");
    }

    static bool IsKnown(string type) => type is ['<' or '>' or '|' or '=', _, ..] && (Kinds.Contains(type[1..])
        || (type[1] is 'U' or 'S' && int.TryParse(type.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length is > 0 and <= LongestText));

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
