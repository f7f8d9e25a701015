namespace Grid.Sweeps.Journals;

/// <summary>
/// Appends whole lines to a stream. Each is handed to the operating system at once, so that it survives this process; the disk is asked to
/// keep them when a second has passed since it was last asked, and on closing, so that losing power costs at most the cells of the last
/// burst of quick ones: asking for each line would cost more than a small cell does.
/// </summary>
sealed class JournalFile(Stream stream, string path, long end, Action<Stream> toDisk, TimeProvider time) : IDisposable
{
    static readonly TimeSpan SyncInterval = TimeSpan.FromSeconds(1);

    long _end = end;
    long? _synced;
    bool _torn = stream.Length != end;

    public static JournalFile Open(FileStream stream, string path, long end, TimeProvider time) =>
        new(stream, path, end, s => ((FileStream)s).Flush(flushToDisk: true), time);

    /// <exception cref="JournalWriteException">Nothing of the line is left in the file, or will be cut off before the next
    /// line.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        try
        {
            if (_torn) CutTail();
            _torn = true;
            stream.Position = _end;
            stream.Write(line);
            stream.Flush();
            _end += line.Length;
            _torn = false;
            if (_synced is null || time.GetElapsedTime(_synced.Value) >= SyncInterval) Sync();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            try
            {
                if (_torn) CutTail();
            }
            catch (Exception again) when (IsRefusal(again))
            {
                // A reader drops the torn line, and the next Append tries again.
            }
            // Without the path and the parameter, which .NET appends.
            var reason = e.Message.Split(" : '")[0].Split(" (Parameter")[0].TrimEnd('.');
            throw new JournalWriteException(
                $"{path} cannot be written ({reason}). It is readable and holds every cell finished before; make room, then resume.", e);
        }
    }

    public void Dispose()
    {
        try
        {
            if (_torn) CutTail();
            Sync();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // Whatever could not be written was reported when it was appended.
        }
        stream.Dispose();
    }

    // A file that reaches the largest size allowed (EFBIG) comes as an argument out of range.
    static bool IsRefusal(Exception e) => e is IOException or ArgumentOutOfRangeException or UnauthorizedAccessException;

    void CutTail()
    {
        stream.SetLength(_end);
        _torn = false;
    }

    void Sync()
    {
        toDisk(stream);
        _synced = time.GetTimestamp();
    }
}
