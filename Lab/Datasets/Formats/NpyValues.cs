using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Grid.Lab.Datasets.Formats;

/// <summary>The values of a <see cref="NpyArray"/>, whatever their type, byte order and layout.</summary>
static class NpyValues
{
    /// <summary>Reads numbers, in row-major order of the array's shape.</summary>
    /// <param name="map">Makes what is kept of a number; it gets the number's index in the file too.</param>
    public static T[] Numbers<T>(NpyArray array, Stream content, string name, Func<double, int, T> map)
    {
        var (values, format, size) = (new T[array.Count], array.Format, array.ItemSize);
        array.ReadValues(content, name, (start, bytes) =>
        {
            for (var i = 0; i * size < bytes.Length; i++)
                values[start + i] = map(Number(bytes.Slice(i * size, size), format, array.IsBigEndian), start + i);
        });
        return array.Columns ? ByRows(values, array.Shape) : values;
    }

    /// <summary>Reads bytes as they are, in row-major order of the array's shape.</summary>
    public static byte[] Bytes(NpyArray array, Stream content, string name)
    {
        var values = new byte[array.Count];
        array.ReadValues(content, name, (start, bytes) => bytes.CopyTo(values.AsSpan(start)));
        return array.Columns ? ByRows(values, array.Shape) : values;
    }

    /// <summary>Reads the texts of an array of one dimension, without the zeros that fill them up.</summary>
    public static string[] Texts(NpyArray array, Stream content, string name)
    {
        Encoding encoding = array.Kind == 'S' ? Encoding.UTF8 : new UTF32Encoding(array.IsBigEndian, byteOrderMark: false);
        var (texts, size) = (new string[array.Count], array.ItemSize);
        array.ReadValues(content, name, (start, bytes) =>
        {
            for (var i = 0; i * size < bytes.Length; i++) texts[start + i] = encoding.GetString(bytes.Slice(i * size, size)).TrimEnd('\0');
        });
        return texts;
    }

    static double Number(ReadOnlySpan<byte> item, string format, bool bigEndian)
    {
        Span<byte> bytes = stackalloc byte[8];
        item.CopyTo(bytes);
        bytes = bytes[..item.Length];
        if (bigEndian) bytes.Reverse();
        return format switch
        {
            "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            "f4" => MemoryMarshal.Read<float>(bytes),
            "f8" => MemoryMarshal.Read<double>(bytes),
            "i1" => (sbyte)bytes[0],
            "i2" => MemoryMarshal.Read<short>(bytes),
            "i4" => MemoryMarshal.Read<int>(bytes),
            "i8" => MemoryMarshal.Read<long>(bytes),
            "u2" => MemoryMarshal.Read<ushort>(bytes),
            "u4" => MemoryMarshal.Read<uint>(bytes),
            "u8" => MemoryMarshal.Read<ulong>(bytes),
            _ => bytes[0],
        };
    }

    /// <summary>Reorders values whose first index changes fastest, so that the last index changes fastest.</summary>
    public static T[] ByRows<T>(T[] values, int[] shape)
    {
        var (rows, strides) = (new T[values.Length], new int[shape.Length]);
        for (var (axis, stride) = (0, 1); axis < shape.Length; stride *= shape[axis++]) strides[axis] = stride;
        var index = new int[shape.Length];
        for (var (row, place) = (0, 0); row < rows.Length; row++)
        {
            rows[row] = values[place];
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                place += strides[axis];
                if (++index[axis] < shape[axis]) break;
                place -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return rows;
    }
}
