using System.Security.Cryptography;

namespace Grid.Lab.Datasets.Files;

static class FileContent
{
    /// <summary>The content of <paramref name="body"/>, expanded where it is compressed and not published so, if it is what the file should
    /// hold.</summary>
    /// <exception cref="EndOfStreamException">Content is missing: a transfer that broke off.</exception>
    /// <exception cref="InvalidDataException">The content is another one; fetching it again would not help.</exception>
    public static byte[] Verify(byte[] body, DataFile file)
    {
        var content = new byte[file.Bytes];
        int read = 0;
        bool more;
        using (var stream = file.IsPacked ? new MemoryStream(body) : Gzip.Expand(new MemoryStream(body)))
        {
            try
            {
                while (read < content.Length && stream.Read(content, read, content.Length - read) is > 0 and var n)
                {
                    read += n;
                }
                more = stream.ReadByte() >= 0;
            }
            catch (InvalidDataException e)
            {
                throw new EndOfStreamException($"its compressed content breaks after {read} of {file.Bytes} bytes", e);
            }
        }
        if (read < content.Length)
        {
            throw new EndOfStreamException($"its content ends after {read} of {file.Bytes} bytes");
        }
        if (more)
        {
            throw new InvalidDataException($"its content goes on after the expected {file.Bytes} bytes");
        }
        string actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return actual == file.Sha256
            ? content
            : throw new InvalidDataException($"the SHA-256 of its content is {actual}, expected {file.Sha256}");
    }
}
