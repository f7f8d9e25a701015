using System.Buffers.Binary;
using System.IO.Compression;

namespace Grid.Web.Figures;

/// <summary>Writes pixels as a PNG file (ISO 15948): eight bits for each channel, no filter, one block of data.</summary>
public static class Png
{
    /// <param name="channels">Number of channels: 1 for grey, 3 for colour.</param>
    /// <param name="pixels">Pixels [channels, height, width] in [0, 1]; values outside are clamped.</param>
    public static byte[] Of(int channels, int height, int width, ReadOnlySpan<float> pixels)
    {
        var rows = new byte[height * (1 + width * channels)];
        for (int y = 0, at = 0; y < height; y++)
        {
            at++;
            for (var x = 0; x < width; x++)
                for (var c = 0; c < channels; c++)
                    rows[at++] = (byte)MathF.Round(255 * Math.Clamp(pixels[(c * height + y) * width + x], 0, 1));
        }

        var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)(channels == 3 ? 2 : 0));
        Chunk(file, "IHDR"u8, header);
        var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zip.Write(rows);
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    // CRC-32 of annex D; the library's own, in System.IO.Hashing, would be one more package for these ten lines.
    static uint Crc(byte[] body)
    {
        var crc = uint.MaxValue;
        foreach (var b in body)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }

        return ~crc;
    }
}
