using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Grid.Lab.Tests.Datasets;

/// <summary>Small image files, made by hand.</summary>
static class Pictures
{
    /// <param name="pixels">Row by row, three bytes each.</param>
    public static byte[] Png(int height, int width, params byte[] pixels)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            foreach (var row in pixels.Chunk(3 * width)) zlib.Write([0, .. row]);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>A JPEG of 8 x 8 pixels of one grey: one block in each of Y, Cb and Cr, of which Y alone has a first coefficient, 8 x (200 -
    /// 128).</summary>
    public static byte[] Jpeg200 { get; } =
    [
        0xff, 0xd8,
        0xff, 0xdb, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xff, 0xc0, 0, 17, 8, 0, 8, 0, 8, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
        0xff, 0xc4, 0, 21, 0x00, 1, 1, .. new byte[14], 10, 0,
        0xff, 0xc4, 0, 20, 0x10, 1, .. new byte[15], 0,
        0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0,
        0x48, 0x09, 0x3f,
        0xff, 0xd9,
    ];

    static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }
}
