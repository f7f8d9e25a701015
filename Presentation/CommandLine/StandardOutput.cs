using System.Text;
using Grid.Sweeps.Files;

namespace Grid.Presentation.CommandLine;

/// <summary>Standard output, whose errors say what cannot be written: the system's reason alone names no place.</summary>
sealed class StandardOutput(Stream inner) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes it what <see cref="Console.Out"/> writes to.</summary>
    public static void Open() => Console.SetOut(new StreamWriter(
        new StandardOutput(Console.OpenStandardOutput()),
        Console.OutputEncoding is UTF8Encoding ? new UTF8Encoding(false) : Console.OutputEncoding)
    { AutoFlush = true });

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (DiskRefusal.Is(e))
        {
            throw new IOException($"standard output cannot be written ({DiskRefusal.Reason(e)}); make room there, or leave it open", e);
        }
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
