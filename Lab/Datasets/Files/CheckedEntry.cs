using System.IO.Compression;
using System.IO.Hashing;

namespace Grid.Lab.Datasets.Files;

/// <summary>An entry of a zip archive that is held against the checksum the archive has of it, because .NET compares none.</summary>
sealed class CheckedEntry(ZipArchiveEntry entry) : IDisposable
{
    readonly Summed _content = new(entry.Open());

    public Stream Content => _content;

    /// <summary>Reads the rest of the entry, and compares the checksums.</summary>
    /// <exception cref="InvalidDataException">The content is not what was saved.</exception>
    public void Verify()
    {
        _content.CopyTo(Stream.Null);
        if (_content.Sum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw new InvalidDataException($"the checksum of {entry.FullName} is wrong");
    }

    /// <summary>The whole content of an entry that fits into memory.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or declares more than its compressed bytes can become.</exception>
    public static byte[] Read(ZipArchiveEntry entry)
    {
        if (entry.Length > Math.Min(Array.MaxLength, entry.CompressedLength * Gzip.LargestRatio))
            throw new InvalidDataException($"{entry.FullName} declares {entry.Length} bytes");
        using var opened = new CheckedEntry(entry);
        var content = new byte[entry.Length];
        opened.Content.ReadExactly(content);
        opened.Verify();
        return content;
    }

    public void Dispose() => _content.Dispose();

    /// <summary>Passes on what it reads, and keeps the checksum of it.</summary>
    sealed class Summed(Stream inner) : Stream
    {
        public Crc32 Sum { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Sum.Append(buffer[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
