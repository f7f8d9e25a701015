using System.IO.Compression;

namespace Grid.Lab.Tests.Datasets;

static class Compressed
{
    public static byte[] Gzipped(byte[] content)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return body.ToArray();
    }
}
