namespace Grid.Sweeps.Files;

/// <summary>
/// Whole lines of a file that grows at its end only. What follows the last line feed was torn by a crash and does not count.
/// </summary>
public static class Lines
{
    /// <summary>Receives a line.</summary>
    /// <param name="number">The number of the line, from 1.</param>
    /// <param name="line">The bytes of the line, without its end.</param>
    public delegate void Visitor(int number, ReadOnlySpan<byte> line);

    /// <summary>Visits every whole line in order, numbered from 1; returns where the last one ends.</summary>
    /// <param name="stream">The stream, which is read from its position.</param>
    /// <param name="visit">Called for each line in turn.</param>
    public static long Read(Stream stream, Visitor visit)
    {
        var buffer = new byte[1 << 16];
        var (held, end, number) = (0, 0L, 0);
        while (true)
        {
            if (held == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = stream.Read(buffer, held, buffer.Length - held);
            if (read == 0) return end;
            // The part held from before has no line feed.
            var (start, scanned) = (0, held);
            held += read;
            for (int length; (length = buffer.AsSpan(scanned, held - scanned).IndexOf((byte)'\n')) >= 0; scanned = start)
            {
                visit(++number, buffer.AsSpan(start, scanned + length - start));
                start = scanned + length + 1;
            }
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            end += start;
            held -= start;
        }
    }
}
