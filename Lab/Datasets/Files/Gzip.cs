using System.IO.Compression;

namespace Grid.Lab.Datasets.Files;

static class Gzip
{
    /// <summary>Deflate cannot shrink data further than this (zlib's technical details), so a longer claim is a lie.</summary>
    public const long LargestRatio = 1032;

    /// <summary>
    /// Expands content that begins like gzip, whatever the file is called; passes other content on. Read to its end, it is what was
    /// compressed: checksum and length must agree (zlib), and the stream must have its end (System.IO.Compression.UseStrictValidation,
    /// which Directory.Build.props sets).
    /// </summary>
    /// <exception cref="InvalidDataException">When read: the content is damaged or cut off.</exception>
    public static Stream Expand(Stream content)
    {
        Span<byte> start = stackalloc byte[2];
        int read = content.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        content.Position = 0;
        return read == 2 && IsCompressed(start) ? new GZipStream(content, CompressionMode.Decompress) : content;
    }

    public static bool IsCompressed(ReadOnlySpan<byte> content) => content is [0x1f, 0x8b, ..];
}
